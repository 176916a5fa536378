// Shows what a config or a run describes:
//   bazel run //tools:describe -- configs/mnist_100_full.pbtxt
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/experiment_data.h"
#include "ladder/resolve.h"
#include "ladder/saved_model.h"
#include "ladder/trainer.h"
#include "tools/command_line.h"
#include "tools/description.h"
#include "tools/json_flag.h"
#include "tools/stand_in_data.h"
#include "training/run_directory.h"

namespace ladder {
namespace {

// What a run tells of its data, where that may be gone; else the data itself.
absl::StatusOr<StandInData> LoadData(const absl::optional<RunDirectory>& run,
                                     const LoadedExperiment& loaded) {
  if (run) {
    LADDER_ASSIGN_OR_RETURN(const DataRecord record, ReadDataRecord(*run, loaded.experiment));
    if (record.has_num_rows()) return MakeUpData(record);
  }
  return LoadOrMakeUpData(loaded.experiment, loaded.locations);
}

absl::Status DescribePath(const std::string& argument) {
  std::string path = ResolveUserPath(argument);
  absl::optional<RunDirectory> run;
  std::error_code ignored;  // reading will tell
  if (std::filesystem::is_directory(path, ignored)) {
    LADDER_ASSIGN_OR_RETURN(run, RunDirectory::Open(path));
    path = run->config();
  }
  LADDER_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(path));
  LADDER_ASSIGN_OR_RETURN(StandInData made, LoadData(run, loaded));
  ExperimentData& data = made.data;
  const Experiment experiment = WithData(loaded.experiment, data.record);
  LADDER_RETURN_IF_ERROR(CheckAgainstData(experiment, loaded.locations, data.training, data.split));
  Trainer trainer(experiment, std::move(data.training), std::move(data.split), /*dry_run=*/true);
  LADDER_ASSIGN_OR_RETURN(const Description description, Describe(trainer));
  std::fputs(DescriptionText(description).c_str(), stdout);
  return WriteJsonFile(DescriptionJson(description));
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = ladder::ParseCommandLine(
      argc, argv,
      "describe [flags] MODEL.pbtxt[:VARIANT]|RUN: the levels of a model, its work and memory", 1);
  return ladder::Finish(ladder::DescribePath(arguments[0]));
}
