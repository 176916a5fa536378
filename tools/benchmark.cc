// Times training steps: bazel run //tools:benchmark -- configs/mnist_100_full.pbtxt
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "ladder/experiment_data.h"
#include "ladder/preprocessing.h"
#include "ladder/trainer.h"
#include "tools/command_line.h"
#include "tools/json_flag.h"
#include "tools/step_benchmark.h"

ABSL_FLAG(int64_t, steps, 100, "How many training steps to time; at least 1.");

namespace ladder {
namespace {

absl::Status Benchmark(const std::string& path) {
  const int64_t num_steps = absl::GetFlag(FLAGS_steps);
  if (num_steps < 1) {
    return absl::InvalidArgumentError(absl::StrCat("--steps must be at least 1, got ", num_steps));
  }
  LADDER_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path));
  LADDER_ASSIGN_OR_RETURN(ExperimentData data,
                          LoadExperimentData(loaded.experiment, loaded.locations, &std::cerr));
  const Experiment experiment = WithData(loaded.experiment, data.record);
  LADDER_ASSIGN_OR_RETURN(
      const Preprocessing preprocessing,
      Preprocessing::Fit(experiment.data(), data.training, data.split.training));
  LADDER_RETURN_IF_ERROR(preprocessing.Apply(&data.training));
  Trainer trainer(experiment, std::move(data.training), std::move(data.split));
  LADDER_ASSIGN_OR_RETURN(const StepBenchmark benchmark, BenchmarkStep(trainer, num_steps));
  std::fputs(BenchmarkText(benchmark).c_str(), stdout);
  return WriteJsonFile(BenchmarkJson(benchmark));
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = ladder::ParseCommandLine(
      argc, argv,
      "benchmark [flags] MODEL.pbtxt[:VARIANT]: times training steps, and what they consist of", 1);
  return ladder::Finish(ladder::Benchmark(arguments[0]));
}
