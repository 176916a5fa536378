// Tells how well a run's model does: bazel run //tools:evaluate -- runs/digits_100
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/data_config.h"
#include "ladder/denoising_report.h"
#include "ladder/evaluation_report.h"
#include "ladder/experiment_data.h"
#include "ladder/num_threads.h"
#include "ladder/saved_model.h"
#include "tools/checkpoint_flag.h"
#include "tools/command_line.h"
#include "tools/json_flag.h"
#include "training/run_directory.h"

ABSL_FLAG(
    std::string, part, "",
    "The examples to evaluate on: test; validation; or training: all the model was shown that "
    "have a label, seen or hidden. Unset: test if there is a test set, else validation.");
ABSL_FLAG(bool, full_confusion, false,
          "Write the confusion matrix of any number of classes to --json, not only of up to 100.");

namespace ladder {
namespace {

// What --part says, or stands for.
absl::StatusOr<std::string> Part(const Data& config) {
  const std::string part = absl::GetFlag(FLAGS_part);
  if (part.empty()) return std::string(HasTestSet(config) ? "test" : "validation");
  if (part == "test" && !HasTestSet(config)) {
    return absl::InvalidArgumentError(
        "--part=test: the run's config names no test set; allowed are training, validation, or a "
        "test set by --set");
  }
  if (part == "test" || part == "training" || part == "validation") return part;
  return absl::InvalidArgumentError(
      absl::StrCat("--part must be test, training or validation, got ", part));
}

// Those of the rows that have a label.
std::vector<int64_t> WithLabel(const Dataset& dataset, const std::vector<int64_t>& rows) {
  std::vector<int64_t> labeled;
  for (const int64_t row : rows) {
    if (dataset.IsLabeled(row)) labeled.push_back(row);
  }
  return labeled;
}

absl::StatusOr<EvaluationData> LoadPart(const LoadedExperiment& loaded, const DataRecord& record,
                                        const std::string& part) {
  const Experiment& experiment = loaded.experiment;
  if (part == "test" && HasTestFile(experiment.data())) {
    return LoadTestSet(experiment, record, &std::cerr);
  }
  if (part == "validation" && !HasValidationRows(experiment.data())) {
    return absl::InvalidArgumentError(
        absl::GetFlag(FLAGS_part).empty()
            ? "the run has neither a test set nor validation rows; allowed are --part=training, or "
              "a test set by --set"
            : "--part=validation: the run set no rows aside, data.num_validation is 0");
  }
  LADDER_ASSIGN_OR_RETURN(ExperimentData data,
                          LoadExperimentData(experiment, loaded.locations, &std::cerr));
  LADDER_RETURN_IF_ERROR(CheckSameData(record, data.record));
  if (part == "test") return EvaluationData{std::move(data.training), std::move(data.split.test)};
  if (part == "validation") {
    return EvaluationData{std::move(data.training), std::move(data.split.validation)};
  }
  std::vector<int64_t> rows = WithLabel(data.training, data.split.training);
  std::fprintf(stderr, "of %zu training rows, the %zu that have a label, of which %zu showed it\n",
               data.split.training.size(), rows.size(), data.split.labeled.size());
  return EvaluationData{std::move(data.training), std::move(rows)};
}

absl::Status EvaluateRun(const std::string& path) {
  LADDER_ASSIGN_OR_RETURN(const RunDirectory run, RunDirectory::Open(ResolveUserPath(path)));
  LADDER_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(run.config()));
  const Experiment& experiment = loaded.experiment;
  LADDER_ASSIGN_OR_RETURN(const SavedModel saved,
                          LoadModel(run, experiment, loaded.locations, CheckpointFlag()));
  LADDER_ASSIGN_OR_RETURN(const std::string name, Part(experiment.data()));
  LADDER_ASSIGN_OR_RETURN(EvaluationData part, LoadPart(loaded, saved.record, name));
  LADDER_RETURN_IF_ERROR(
      CheckExamples(*saved.model, part.dataset, absl::StrCat("the ", name, " set")));
  LADDER_RETURN_IF_ERROR(saved.preprocessing.Apply(&part.dataset));

  Context context({.num_threads = NumThreads(experiment.deployment())});
  const Evaluation evaluation =
      Evaluate(&context, *saved.model, part.dataset, part.rows, saved.record.target_deviations());
  const DenoisingReport denoising =
      MeasureDenoising(&context, *saved.model, part.dataset, part.rows, experiment.training());
  std::printf("checkpoint     %s\n%s%s", saved.checkpoint.path.c_str(),
              EvaluationText(evaluation).c_str(), DenoisingText(denoising).c_str());
  return WriteJsonFile(EvaluationJson(evaluation, absl::GetFlag(FLAGS_full_confusion), &denoising));
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = ladder::ParseCommandLine(
      argc, argv,
      "evaluate [flags] RUN: what a trained model gets right and wrong, and whether it denoises", 1,
      ladder::kTrainedConfigFlags);
  return ladder::Finish(ladder::EvaluateRun(arguments[0]));
}
