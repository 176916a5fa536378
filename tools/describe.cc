// Shows what a config or a run describes: bazel run //tools:describe --
// configs/mnist_100_full.pbtxt
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/resolve.h"
#include "tools/command_line.h"
#include "tools/description.h"
#include "tools/json_flag.h"
#include "tools/stand_in_data.h"
#include "training/run_directory.h"

namespace ladder {
namespace {

absl::Status DescribePath(const std::string& argument) {
  std::string path = ResolveUserPath(argument);
  std::error_code ignored;  // reading will tell
  if (std::filesystem::is_directory(path, ignored)) {
    LADDER_ASSIGN_OR_RETURN(const RunDirectory run, RunDirectory::Open(path));
    path = run.config();
  }
  LADDER_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path));
  const Experiment& experiment = loaded.experiment;
  LADDER_ASSIGN_OR_RETURN(TrainingData data, LoadOrMakeUpTrainingData(experiment.data()));
  LADDER_RETURN_IF_ERROR(CheckAgainstData(experiment, loaded.locations, data.dataset));
  LADDER_ASSIGN_OR_RETURN(RowSplit split, SplitRows(data.dataset, experiment.data()));
  Trainer trainer(experiment, std::move(data.dataset), std::move(split));
  LADDER_ASSIGN_OR_RETURN(const Description description, Describe(trainer));
  std::fputs(DescriptionText(description).c_str(), stdout);
  return WriteJsonFile(DescriptionJson(description));
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = ladder::ParseCommandLine(
      argc, argv, "describe [flags] MODEL.pbtxt|RUN: the levels of a model, its work and memory",
      1);
  const absl::Status status = ladder::DescribePath(arguments[0]);
  return status.ok() ? 0 : ladder::ReportError(status);
}
