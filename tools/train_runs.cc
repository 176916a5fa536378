#include "tools/train_runs.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <iostream>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/datasets.h"
#include "ladder/trainer.h"
#include "tools/comparison.h"
#include "tools/processes.h"
#include "tools/run_record.h"
#include "training/progress.h"
#include "training/run_directory.h"

namespace ladder {
namespace {

// One of the runs that differ in their seeds.
struct SeedRun {
  LoadedExperiment loaded;
  uint64_t seed = 0;
  RunOptions options;
  std::string log;
  RunRecord record;   // as far as it is known
  int exit_code = 0;  // of its process

  bool has_ended() const { return record.state != RunRecord::kUnfinished; }
};

std::string LastLine(const std::string& path) {
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok()) return std::string(text.status().message());
  const absl::string_view lines = absl::StripTrailingAsciiWhitespace(*text);
  return std::string(lines.substr(lines.find_last_of('\n') + 1));
}

// Reads what the run's directory tells, if it has begun.
absl::Status UpdateRecord(SeedRun* run) {
  if (RunDirectory::IsRun(run->options.output_dir)) {
    LADDER_ASSIGN_OR_RETURN(run->record, ReadRun(run->options.output_dir));
  }
  return absl::OkStatus();
}

absl::StatusOr<SeedRun> Prepare(const LoadedExperiment& loaded, const SeedsOptions& options) {
  SeedRun run;
  run.loaded = loaded;
  run.seed = loaded.experiment.training().seed();
  Deployment& deployment = *run.loaded.experiment.mutable_deployment();
  if (!deployment.has_num_threads()) {
    deployment.set_num_threads(std::max(1, NumThreads(deployment) / options.num_jobs));
  }
  const std::string path = JoinPath(options.output_dir, absl::StrCat("seed_", run.seed));
  run.log = path + ".log";
  run.options = {.output_dir = path, .name = loaded.name, .command = options.command};
  run.record.path = path;
  run.record.config = loaded.name;
  run.record.experiment = loaded.experiment;
  run.record.problem = "not started";
  if (!RunDirectory::IsRun(path)) return run;
  if (!options.resume) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, " already holds a run: --resume goes on with it, or choose another folder"));
  }
  run.options.resume = true;
  LADDER_ASSIGN_OR_RETURN(const RunDirectory directory, RunDirectory::Open(path));
  LADDER_RETURN_IF_ERROR(CheckSameConfig(directory, loaded.experiment));
  LADDER_RETURN_IF_ERROR(UpdateRecord(&run));
  // What diverged would do so again: the same bits.
  if (run.record.state == RunRecord::kFailed) run.exit_code = 4;
  return run;
}

absl::StatusOr<std::vector<SeedRun>> PrepareAll(const std::vector<LoadedExperiment>& seeds,
                                                const SeedsOptions& options) {
  const LoadedExperiment& first = seeds.front();
  if (!HasTestSet(first.experiment.data())) {
    return absl::InvalidArgumentError(
        "--seeds compares test errors, and the config's data has no test set");
  }
  if (RunDirectory::IsRun(options.output_dir)) {
    return absl::AlreadyExistsError(absl::StrCat(
        options.output_dir, " holds a single run: choose another folder for the runs of --seeds"));
  }
  std::vector<SeedRun> runs;
  for (const LoadedExperiment& loaded : seeds) {
    LADDER_ASSIGN_OR_RETURN(SeedRun run, Prepare(loaded, options));
    runs.push_back(run);
  }
  LADDER_RETURN_IF_ERROR(CheckData(first.experiment, first.locations));
  LADDER_RETURN_IF_ERROR(CreateDirectories(options.output_dir));
  return runs;
}

// Takes down how a run's process ended, and tells it in a line.
void Ended(int exit_code, SeedRun* run) {
  run->exit_code = exit_code;
  const absl::Status status = UpdateRecord(run);
  if (!status.ok() || (!run->has_ended() && exit_code != 130)) {
    // No divergence, which is recorded: a disk that is full, a process that was killed.
    run->record.state = RunRecord::kFailed;
    run->record.problem = exit_code > 128
                              ? absl::StrCat("ended by signal ", exit_code - 128)
                              : std::string(status.ok() ? LastLine(run->log) : status.message());
  }
  std::string line = absl::StrCat("seed ", run->seed, ": ");
  if (run->record.state == RunRecord::kFinished) {
    absl::StrAppendFormat(&line, "test error %.2f %%, %s", run->record.test_error,
                          FormatSeconds(run->record.seconds));
  } else {
    absl::StrAppend(&line, run->has_ended() ? "" : "interrupted and saved, ", run->record.problem);
  }
  std::cerr << line << std::endl;
}

}  // namespace

int TrainRun(const LoadedExperiment& loaded, const RunOptions& options) {
  const absl::StatusOr<absl::optional<Evaluation>> evaluation =
      RunExperiment(loaded.experiment, loaded.locations, options);
  if (!evaluation.ok()) return ReportError(evaluation.status());
  if (evaluation->has_value()) {
    const Evaluation& test = **evaluation;
    std::printf(
        "%s\n",
        absl::StrFormat("test error %.2f %% (95 %% interval %.2f to %.2f): %d of %d examples",
                        100 * test.error(), 100 * test.error_interval().low,
                        100 * test.error_interval().high, test.num_errors(), test.num_examples())
            .c_str());
  }
  std::printf("run: %s\n", options.output_dir.c_str());
  return 0;
}

int TrainSeeds(const std::vector<LoadedExperiment>& seeds, const SeedsOptions& options) {
  absl::StatusOr<std::vector<SeedRun>> runs = PrepareAll(seeds, options);
  if (!runs.ok()) return ReportError(runs.status());
  std::vector<Job> jobs;
  std::vector<SeedRun*> trained;  // by job
  for (SeedRun& run : *runs) {
    if (run.has_ended()) continue;
    jobs.push_back({[&run] { return TrainRun(run.loaded, run.options); }, run.log});
    trained.push_back(&run);
  }
  std::cerr << "training " << jobs.size() << " of " << runs->size()
            << " runs; their progress is in " << JoinPath(options.output_dir, "seed_*.log")
            << std::endl;
  const absl::Status status = RunJobs(
      jobs, options.num_jobs, [&](size_t job, int exit_code) { Ended(exit_code, trained[job]); });

  std::vector<RunRecord> records;
  int exit_code = 0;
  for (const SeedRun& run : *runs) {
    records.push_back(run.record);
    if (exit_code == 0) exit_code = run.exit_code;
  }
  ConfigResults results = GroupByConfig(records).front();
  results.name = seeds.front().name;
  if (seeds.front().experiment.has_published()) {
    results.published = seeds.front().experiment.published();
  }
  std::printf("%sruns: %s\n", SeedsText(results).c_str(), options.output_dir.c_str());
  if (absl::IsCancelled(status)) {
    return ReportError(absl::CancelledError(absl::StrCat(
        "interrupted; to continue: the same with --resume --output_dir=", options.output_dir)));
  }
  return status.ok() ? exit_code : ReportError(status);
}

}  // namespace ladder
