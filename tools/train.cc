// Trains a model: bazel run //tools:train -- configs/digits_100.pbtxt
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "tools/command_line.h"
#include "tools/seeds.h"
#include "tools/train_runs.h"
#include "training/run_directory.h"

ABSL_FLAG(std::string, output_dir, "",
          "Where the run is recorded; must not exist or be empty. Unset: runs/NAME, NAME-2, ... "
          "With --seeds, the folder of the runs seed_1, seed_2, ...");
ABSL_FLAG(
    bool, resume, false,
    "Continue a run from its newest checkpoint: that in --output_dir, or the one whose folder "
    "stands in the place of the config; with --seeds or --folds, continue and start what is "
    "not finished.");
ABSL_FLAG(absl::optional<std::string>, seeds, absl::nullopt,
          "Train a run with each of these seeds, such as 1..10 or 1..3,8, and print the mean of "
          "their errors.");
ABSL_FLAG(
    absl::optional<int32_t>, folds, absl::nullopt,
    "Cross-validation: cut the labeled rows into so many parts, train a run without the labels "
    "of each in turn, and print the mean of their validation errors; with each of the seeds, "
    "if --seeds is given too.");
ABSL_FLAG(
    absl::optional<int32_t>, jobs, absl::nullopt,
    "How many runs of --seeds or --folds train at a time, each on its part of the cores unless "
    "--threads is given; default 1.");
ABSL_DECLARE_FLAG(absl::optional<uint64_t>, seed);  // tools/command_line.cc

namespace ladder {
namespace {

constexpr int32_t kMaxJobs = 256;
constexpr int32_t kMaxFolds = 1000;

std::string NumberedOutputDir(const std::string& name, int number) {
  return ResolveUserPath(
      absl::StrCat("runs/", name, number > 1 ? absl::StrCat("-", number) : std::string()));
}

// The last of runs/NAME, runs/NAME-2, ... that exists.
std::string LastOutputDir(const std::string& name) {
  // What cannot be looked at counts as not there: opening it tells why.
  std::error_code error;
  int number = 1;
  while (std::filesystem::exists(NumberedOutputDir(name, number + 1), error)) ++number;
  return NumberedOutputDir(name, number);
}

// Makes the first of runs/NAME, runs/NAME-2, ... that does not exist, and deletes it at the end if
// it is still empty then. Making it is what chooses it: several trainings may start at once.
class NewOutputDir {
 public:
  explicit NewOutputDir(const std::string& name) {
    std::error_code error;
    for (int number = 1;; ++number) {
      path_ = NumberedOutputDir(name, number);
      const std::filesystem::path parent = std::filesystem::path(path_).parent_path();
      if (std::filesystem::create_directories(parent, error)) parent_ = parent.string();
      // An error will be told when the run is begun.
      if (std::filesystem::create_directory(path_, error) ||
          !std::filesystem::exists(path_, error)) {
        return;
      }
    }
  }
  ~NewOutputDir() {
    // Either fails if there is anything in it.
    rmdir(path_.c_str());
    if (!parent_.empty()) rmdir(parent_.c_str());
  }
  NewOutputDir(const NewOutputDir&) = delete;
  NewOutputDir& operator=(const NewOutputDir&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::string parent_;  // if it was made, too
};

// The experiment with each of the seeds and, of each, each of the folds; as it is, without any.
absl::StatusOr<std::vector<LoadedExperiment>> Load(const std::string& config,
                                                   const std::vector<uint64_t>& seeds, int folds) {
  if (folds > 0) {
    LADDER_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(config));
    const Data& data = loaded.experiment.data();
    for (const auto& [field, is_set] :
         {std::pair("data.validation_fraction", data.validation_fraction() > 0),
          std::pair("data.num_validation", data.num_validation() > 0)}) {
      if (!is_set) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(config, ": --folds sets rows aside for validation, and excludes ", field,
                       "; --set=", field, "=0 is none"));
    }
  }
  std::vector<LoadedExperiment> experiments;
  for (size_t i = 0; i < std::max<size_t>(seeds.size(), 1); ++i) {
    for (int fold = 0; fold < std::max(folds, 1); ++fold) {
      std::vector<std::string> sets;
      if (!seeds.empty()) sets.push_back(absl::StrCat("training.seed=", seeds[i]));
      if (folds > 0) {
        sets.push_back(absl::StrCat("data.num_folds=", folds));
        sets.push_back(absl::StrCat("data.fold=", fold));
      }
      LADDER_ASSIGN_OR_RETURN(LoadedExperiment loaded, LoadExperiment(config, sets));
      experiments.push_back(std::move(loaded));
    }
  }
  return experiments;
}

absl::Status CheckFlags() {
  const absl::optional<int32_t> jobs = absl::GetFlag(FLAGS_jobs);
  const bool has_seeds = absl::GetFlag(FLAGS_seeds).has_value();
  const absl::optional<int32_t> folds = absl::GetFlag(FLAGS_folds);
  if (folds && (*folds < 2 || *folds > kMaxFolds)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--folds must be from 2 to ", kMaxFolds, ", got ", *folds));
  }
  if (has_seeds && absl::GetFlag(FLAGS_seed).has_value()) {
    return absl::InvalidArgumentError("--seeds and --seed are both given: one of them is allowed");
  }
  if (jobs && !has_seeds && !folds) {
    return absl::InvalidArgumentError(
        "--jobs is how many runs of --seeds or --folds train at a time");
  }
  if (jobs && (*jobs < 1 || *jobs > kMaxJobs)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--jobs must be from 1 to ", kMaxJobs, ", got ", *jobs));
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  const std::string command = QuotedCommandLine(argc, argv);
  // Nobody may be there any more to read of the progress.
  signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments =
      ParseCommandLine(argc, argv, "train [flags] MODEL.pbtxt[:VARIANT]|RUN: trains a model", 1);
  if (const absl::Status status = CheckFlags(); !status.ok()) return ReportError(status);
  std::vector<uint64_t> seeds;
  if (const absl::optional<std::string> text = absl::GetFlag(FLAGS_seeds)) {
    const absl::StatusOr<std::vector<uint64_t>> parsed = ParseSeeds(*text);
    if (!parsed.ok()) return ReportError(parsed.status());
    seeds = *parsed;
  }
  const bool resume = absl::GetFlag(FLAGS_resume);
  const int folds = absl::GetFlag(FLAGS_folds).value_or(0);
  std::string config = arguments[0];
  std::string output_dir = absl::GetFlag(FLAGS_output_dir);
  const std::string folder = ResolveUserPath(config);
  if (RunDirectory::IsRun(folder)) {  // the run itself in the place of its config
    // The command that an interrupted run prints says its folder twice.
    const bool is_elsewhere = !output_dir.empty() && ResolveUserPath(output_dir) != folder;
    if (!resume || is_elsewhere || !seeds.empty() || folds > 0) {
      return ReportError(absl::InvalidArgumentError(
          absl::StrCat(config, " is a run: train --resume RUN goes on with it")));
    }
    config = JoinPath(folder, "config.pbtxt");
    output_dir = folder;
  }
  const absl::StatusOr<std::vector<LoadedExperiment>> loaded = Load(config, seeds, folds);
  if (!loaded.ok()) return ReportError(loaded.status());
  const LoadedExperiment& first = loaded->front();
  if (output_dir.empty()) output_dir = first.experiment.deployment().output_dir();
  absl::optional<NewOutputDir> made;
  if (!output_dir.empty()) {
    output_dir = ResolveUserPath(output_dir);
  } else if (resume) {
    output_dir = LastOutputDir(first.name);
  } else {
    output_dir = made.emplace(first.name).path();
  }
  const std::string resume_command = ResumeCommandLine(argc, argv, output_dir);
  if (!seeds.empty() || folds > 0) {
    return TrainSeeds(*loaded, {.output_dir = output_dir,
                                .command = command,
                                .resume_command = resume_command,
                                .resume = resume,
                                .num_jobs = absl::GetFlag(FLAGS_jobs).value_or(1),
                                .has_seeds = !seeds.empty()});
  }
  return TrainRun(
      first, {.output_dir = output_dir, .name = first.name, .command = command, .resume = resume},
      resume_command);
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) { return ladder::Main(argc, argv); }
