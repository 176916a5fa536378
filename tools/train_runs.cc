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
#include "absl/strings/str_join.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/data_config.h"
#include "ladder/evaluation_report.h"
#include "ladder/experiment_data.h"
#include "ladder/num_threads.h"
#include "ladder/saved_model.h"
#include "tools/comparison.h"
#include "tools/processes.h"
#include "tools/run_record.h"
#include "training/outcome.h"
#include "training/progress.h"
#include "training/run_directory.h"

namespace ladder {
namespace {

// One of the runs that differ in their seeds or folds.
struct SeedRun {
  LoadedExperiment loaded;
  std::string name;  // "seed_1", "fold_0", "seed_1_fold_0"
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

// What tells a run apart from the others, also the name of its folder.
std::string RunName(const LoadedExperiment& loaded, const SeedsOptions& options) {
  const Data& data = loaded.experiment.data();
  const std::string seed = absl::StrCat("seed_", loaded.experiment.training().seed());
  if (!data.has_num_folds()) return seed;
  const std::string fold = absl::StrCat("fold_", data.fold());
  return options.has_seeds ? absl::StrCat(seed, "_", fold) : fold;
}

absl::StatusOr<SeedRun> Prepare(const LoadedExperiment& loaded, const SeedsOptions& options) {
  SeedRun run;
  run.loaded = loaded;
  run.name = RunName(loaded, options);
  Deployment& deployment = *run.loaded.experiment.mutable_deployment();
  if (!deployment.has_num_threads()) {
    deployment.set_num_threads(std::max(1, NumThreads(deployment) / options.num_jobs));
  }
  const std::string path = JoinPath(options.output_dir, run.name);
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
  absl::StatusOr<DataRecord> record = ReadDataRecord(directory, loaded.experiment);
  if (absl::IsNotFound(record.status())) record = DataRecord();  // of an older version
  LADDER_RETURN_IF_ERROR(record.status());
  const Experiment asked = WithData(loaded.experiment, *record);
  LADDER_RETURN_IF_ERROR(CheckSameConfig(directory, asked));
  LADDER_RETURN_IF_ERROR(UpdateRecord(&run));
  if (run.record.experiment.training().num_epochs() < asked.training().num_epochs()) {
    run.record.state = RunRecord::kUnfinished;
    run.record.problem =
        absl::StrCat("epoch ", run.record.epoch, " of ", asked.training().num_epochs());
    run.record.test_error.reset();
    run.record.validation_error.reset();
  }
  // What diverged would do so again: the same bits.
  if (run.record.state == RunRecord::kFailed) run.exit_code = 4;
  return run;
}

absl::StatusOr<std::vector<SeedRun>> PrepareAll(const std::vector<LoadedExperiment>& seeds,
                                                const SeedsOptions& options) {
  const LoadedExperiment& first = seeds.front();
  if (!HasTestSet(first.experiment.data()) && !HasValidationRows(first.experiment.data())) {
    return absl::InvalidArgumentError(
        "--seeds and --folds compare errors, and the config's data has neither a test set nor "
        "validation rows: data.test_fraction or data.validation_fraction sets some aside");
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

std::string ErrorText(const SeedRun& run, double error) {
  return run.record.experiment.model().target() == Model::NUMBERS
             ? absl::StrFormat("squared error %.4g", error)
             : absl::StrFormat("error %.2f %%", error);
}

// Takes down how a run's process ended, and tells it in a line.
void Ended(int exit_code, SeedRun* run) {
  run->exit_code = exit_code;
  const absl::Status status = UpdateRecord(run);
  const bool is_known =
      exit_code == 0 || exit_code == 130 || run->record.state == RunRecord::kFailed;
  if (!status.ok() || !is_known) {
    // No divergence, which is recorded: a disk that is full, a process that was killed. What it was
    // finished with before is no result of this.
    run->record.state = RunRecord::kFailed;
    run->record.problem = exit_code > 128
                              ? absl::StrCat("ended by signal ", exit_code - 128)
                              : std::string(status.ok() ? LastLine(run->log) : status.message());
  }
  std::string line = absl::StrCat(run->name, ": ");
  if (run->record.state == RunRecord::kFinished) {
    if (run->record.validation_error) {
      absl::StrAppend(&line, "validation ", ErrorText(*run, *run->record.validation_error), ", ");
    }
    if (run->record.test_error) {
      absl::StrAppend(&line, "test ", ErrorText(*run, *run->record.test_error), ", ");
    }
    absl::StrAppend(&line, FormatSeconds(run->record.seconds));
  } else {
    const char* how = exit_code == 0 ? "the time is up, " : "interrupted and saved, ";
    absl::StrAppend(&line, run->has_ended() ? "" : how, run->record.problem);
  }
  std::cerr << line << std::endl;
}

// Where the runs that are on their way stand, a line: "seed_2 epoch 12/150, 3.10 %; seed_3 ...".
std::string Standing(const std::vector<SeedRun*>& running) {
  std::vector<std::string> parts;
  for (SeedRun* run : running) {
    if (!UpdateRecord(run).ok()) continue;
    std::string part = absl::StrCat(run->name, " epoch ", run->record.epoch, "/",
                                    run->record.experiment.training().num_epochs());
    if (run->record.last_validation_error) {
      absl::StrAppend(&part, ", validation ", ErrorText(*run, *run->record.last_validation_error));
    }
    parts.push_back(part);
  }
  return absl::StrJoin(parts, "; ");
}

void PrintLine(absl::string_view name, const absl::optional<Evaluation>& evaluation) {
  if (evaluation) std::printf("%s\n", EvaluationLine(*evaluation, name).c_str());
}

}  // namespace

int TrainRun(const LoadedExperiment& loaded, const RunOptions& options,
             absl::string_view resume_command) {
  const absl::StatusOr<RunResult> result =
      RunExperiment(loaded.experiment, loaded.locations, options);
  if (IsInterrupted(result.status())) {
    return Finish(InterruptedError(
        absl::StrCat(result.status().message(), "; to continue: ", resume_command)));
  }
  if (!result.ok()) return Finish(result.status());
  PrintLine("validation", result->validation);
  PrintLine("test", result->test);
  if (!result->is_finished) {
    std::printf("the time is up; to continue: %s\n", std::string(resume_command).c_str());
  }
  std::printf("run: %s\n", options.output_dir.c_str());
  return Finish(0);
}

int TrainSeeds(const std::vector<LoadedExperiment>& seeds, const SeedsOptions& options) {
  absl::StatusOr<std::vector<SeedRun>> runs = PrepareAll(seeds, options);
  if (!runs.ok()) return ReportError(runs.status());
  std::vector<Job> jobs;
  std::vector<SeedRun*> trained;  // by job
  for (SeedRun& run : *runs) {
    if (run.has_ended()) continue;
    jobs.push_back(
        {[&run, &options] { return TrainRun(run.loaded, run.options, options.resume_command); },
         run.log});
    trained.push_back(&run);
  }
  std::cerr << "training " << jobs.size() << " of " << runs->size()
            << " runs; their progress is in " << JoinPath(options.output_dir, "*.log") << std::endl;
  // One line of all runs at a time, on a terminal drawn anew.
  Progress progress(&std::cerr, StderrProgressOptions());
  const absl::Status status = RunJobs(
      jobs, options.num_jobs,
      [&](size_t job, int exit_code) {
        progress.Clear();
        Ended(exit_code, trained[job]);
      },
      [&](const std::vector<size_t>& running) {
        std::vector<SeedRun*> runs_now;
        for (const size_t job : running) runs_now.push_back(trained[job]);
        progress.Show(Standing(runs_now));
      });

  std::vector<RunRecord> records;
  int exit_code = 0;
  for (const SeedRun& run : *runs) {
    records.push_back(run.record);
    if (exit_code == 0) exit_code = run.exit_code;
  }
  ConfigResults results = ResultsOf(std::move(records));
  results.name = seeds.front().name;
  if (seeds.front().experiment.has_published()) {
    results.published = seeds.front().experiment.published();
  }
  std::printf("%sruns: %s\n", SeedsText(results).c_str(), options.output_dir.c_str());
  if (absl::IsCancelled(status)) {
    return Finish(
        InterruptedError(absl::StrCat("interrupted; to continue: ", options.resume_command)));
  }
  if (status.ok() && exit_code == 0 &&
      std::any_of(runs->begin(), runs->end(),
                  [](const SeedRun& run) { return !run.has_ended(); })) {
    std::printf("the time is up; to continue: %s\n", options.resume_command.c_str());
  }
  return status.ok() ? Finish(exit_code) : Finish(status);
}

}  // namespace ladder
