// Tells how well a run's model does: bazel run //tools:evaluate -- runs/digits_100
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/datasets.h"
#include "ladder/evaluation_report.h"
#include "ladder/preprocessing.h"
#include "ladder/saved_model.h"
#include "ladder/trainer.h"
#include "tools/command_line.h"
#include "tools/json_flag.h"
#include "training/run_directory.h"

ABSL_FLAG(std::string, part, "test",
          "The examples to evaluate on: test; training (all the model was shown, most without "
          "their labels); or validation.");

namespace ladder {
namespace {

struct Part {
  Dataset dataset;
  std::vector<int64_t> rows;
};

absl::StatusOr<Part> LoadPart(const Data& config, const std::string& name, int num_classes) {
  Part part;
  if (name == "test") {
    if (!HasTestSet(config)) {
      return absl::InvalidArgumentError(
          "--part=test: the run's config names no test set; allowed are training, validation, or "
          "a test set by --set");
    }
    LADDER_ASSIGN_OR_RETURN(part.dataset, LoadDataset(config, DatasetPart::kTest, num_classes));
    part.rows = AllRows(part.dataset.num_examples());
    return part;
  }
  if (name != "training" && name != "validation") {
    return absl::InvalidArgumentError(
        absl::StrCat("--part must be test, training or validation, got ", name));
  }
  LADDER_ASSIGN_OR_RETURN(part.dataset, LoadDataset(config, DatasetPart::kTraining));
  LADDER_ASSIGN_OR_RETURN(RowSplit split, SplitRows(part.dataset, config));
  part.rows = std::move(name == "training" ? split.training : split.validation);
  if (part.rows.empty()) {
    return absl::InvalidArgumentError(
        "--part=validation: the run set no rows aside, data.num_validation is 0");
  }
  return part;
}

absl::Status EvaluateRun(const std::string& path) {
  LADDER_ASSIGN_OR_RETURN(const RunDirectory run, RunDirectory::Open(ResolveUserPath(path)));
  LADDER_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(run.config()));
  const Experiment& experiment = loaded.experiment;
  LADDER_ASSIGN_OR_RETURN(const SavedModel saved,
                          LoadNewestModel(run.checkpoints(), experiment.model(), loaded.locations));
  const std::string name = absl::GetFlag(FLAGS_part);
  LADDER_ASSIGN_OR_RETURN(
      Part part, LoadPart(experiment.data(), name, static_cast<int>(saved.model->num_classes())));
  LADDER_RETURN_IF_ERROR(
      CheckExamples(*saved.model, part.dataset, absl::StrCat("the ", name, " set")));
  LADDER_ASSIGN_OR_RETURN(const Preprocessing preprocessing,
                          Preprocessing::Load(experiment.data(), run.whitening()));
  LADDER_RETURN_IF_ERROR(preprocessing.Apply(&part.dataset));

  Context context({.num_threads = NumThreads(experiment.deployment())});
  const Evaluation evaluation = Evaluate(&context, *saved.model, part.dataset, part.rows);
  std::printf("checkpoint     %s\n%s", saved.checkpoint.path.c_str(),
              EvaluationText(evaluation).c_str());
  return WriteJsonFile(EvaluationJson(evaluation));
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = ladder::ParseCommandLine(
      argc, argv, "evaluate [flags] RUN: error and confusion matrix of a run's newest checkpoint",
      1);
  const absl::Status status = ladder::EvaluateRun(arguments[0]);
  return status.ok() ? 0 : ladder::ReportError(status);
}
