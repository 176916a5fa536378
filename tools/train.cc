// Trains a model: bazel run //tools:train -- configs/digits_100.pbtxt
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

ABSL_FLAG(std::string, output_dir, "",
          "Where the run is recorded; must not exist or be empty. Unset: runs/NAME, NAME-2, ... "
          "With --seeds, the folder of the runs seed_1, seed_2, ...");
ABSL_FLAG(bool, resume, false,
          "Continue the run in --output_dir from its newest checkpoint; with --seeds, continue and "
          "start what is not finished.");
ABSL_FLAG(absl::optional<std::string>, seeds, absl::nullopt,
          "Train a run with each of these seeds, such as 1..10 or 1..3,8, and print the mean of "
          "their test errors.");
ABSL_FLAG(absl::optional<int32_t>, jobs, absl::nullopt,
          "How many runs of --seeds train at a time, each on its part of the cores unless "
          "--threads is given; default 1.");
ABSL_DECLARE_FLAG(absl::optional<uint64_t>, seed);  // tools/command_line.cc

namespace ladder {
namespace {

constexpr int32_t kMaxJobs = 256;

// runs/NAME, runs/NAME-2, ...: the first that does not exist, or to resume the last that does.
std::string DefaultOutputDir(const std::string& name, bool resume) {
  // What cannot be looked at counts as not there: making the folder tells why.
  const auto exists = [](const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
  };
  std::string last = ResolveUserPath(absl::StrCat("runs/", name));
  for (int i = 2;; ++i) {
    const std::string next = ResolveUserPath(absl::StrCat("runs/", name, "-", i));
    if (!exists(resume ? next : last)) return last;
    last = next;
  }
}

// The experiment with each of the seeds; as it is, without any.
absl::StatusOr<std::vector<LoadedExperiment>> Load(const std::string& config,
                                                   const std::vector<uint64_t>& seeds) {
  std::vector<LoadedExperiment> experiments;
  for (size_t i = 0; i < std::max<size_t>(seeds.size(), 1); ++i) {
    if (!seeds.empty()) absl::SetFlag(&FLAGS_seed, seeds[i]);
    LADDER_ASSIGN_OR_RETURN(LoadedExperiment loaded, LoadExperiment(config));
    experiments.push_back(std::move(loaded));
  }
  return experiments;
}

absl::Status CheckFlags() {
  const absl::optional<int32_t> jobs = absl::GetFlag(FLAGS_jobs);
  const bool has_seeds = absl::GetFlag(FLAGS_seeds).has_value();
  if (has_seeds && absl::GetFlag(FLAGS_seed).has_value()) {
    return absl::InvalidArgumentError("--seeds and --seed are both given: one of them is allowed");
  }
  if (jobs && !has_seeds) {
    return absl::InvalidArgumentError("--jobs is how many runs of --seeds train at a time");
  }
  if (jobs && (*jobs < 1 || *jobs > kMaxJobs)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--jobs must be from 1 to ", kMaxJobs, ", got ", *jobs));
  }
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  const std::string command = QuotedCommandLine(argc, argv);
  const std::vector<std::string> arguments =
      ParseCommandLine(argc, argv, "train [flags] MODEL.pbtxt: trains a model", 1);
  if (const absl::Status status = CheckFlags(); !status.ok()) return ReportError(status);
  std::vector<uint64_t> seeds;
  if (const absl::optional<std::string> text = absl::GetFlag(FLAGS_seeds)) {
    const absl::StatusOr<std::vector<uint64_t>> parsed = ParseSeeds(*text);
    if (!parsed.ok()) return ReportError(parsed.status());
    seeds = *parsed;
  }
  const absl::StatusOr<std::vector<LoadedExperiment>> loaded = Load(arguments[0], seeds);
  if (!loaded.ok()) return ReportError(loaded.status());
  const LoadedExperiment& first = loaded->front();
  const bool resume = absl::GetFlag(FLAGS_resume);
  std::string output_dir = absl::GetFlag(FLAGS_output_dir);
  if (output_dir.empty()) output_dir = first.experiment.deployment().output_dir();
  output_dir =
      output_dir.empty() ? DefaultOutputDir(first.name, resume) : ResolveUserPath(output_dir);
  if (!seeds.empty()) {
    return TrainSeeds(*loaded, {.output_dir = output_dir,
                                .command = command,
                                .resume = resume,
                                .num_jobs = absl::GetFlag(FLAGS_jobs).value_or(1)});
  }
  return TrainRun(
      first, {.output_dir = output_dir, .name = first.name, .command = command, .resume = resume});
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) { return ladder::Main(argc, argv); }
