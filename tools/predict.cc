// Classifies a user's own examples:
//   bazel run //tools:predict -- runs/two_moons --data=points.csv --output=predictions.csv
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/evaluation_report.h"
#include "ladder/preprocessing.h"
#include "ladder/saved_model.h"
#include "ladder/trainer.h"
#include "tools/command_line.h"
#include "tools/predictions.h"
#include "training/run_directory.h"

ABSL_FLAG(std::string, data, "",
          "The examples: numbers as in training in a .csv file, else IDX images, plain or .gz.");
ABSL_FLAG(std::string, output, "",
          "The .csv file to write: row, label, and the probability of each class.");
ABSL_FLAG(std::string, label_column, "",
          "The column of a .csv file that has true labels: its number from 0, or from the end (-1 "
          "is the last), or its name. Then the error is printed, too.");

namespace ladder {
namespace {

absl::Status Predict(const std::string& path) {
  for (const auto& [name, value] : {std::pair("--data", absl::GetFlag(FLAGS_data)),
                                    std::pair("--output", absl::GetFlag(FLAGS_output))}) {
    if (value.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(name, "=FILE is missing; see --help"));
    }
  }
  LADDER_ASSIGN_OR_RETURN(const RunDirectory run, RunDirectory::Open(ResolveUserPath(path)));
  LADDER_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(run.config()));
  LADDER_ASSIGN_OR_RETURN(
      const SavedModel saved,
      LoadNewestModel(run.checkpoints(), loaded.experiment.model(), loaded.locations));
  LADDER_ASSIGN_OR_RETURN(Dataset dataset,
                          ReadExamples(ResolveUserPath(absl::GetFlag(FLAGS_data)),
                                       absl::GetFlag(FLAGS_label_column), *saved.model));
  LADDER_ASSIGN_OR_RETURN(const Preprocessing preprocessing,
                          Preprocessing::Load(loaded.experiment.data(), run.whitening()));
  LADDER_RETURN_IF_ERROR(preprocessing.Apply(&dataset));

  Context context({.num_threads = NumThreads(loaded.experiment.deployment())});
  const std::string output = ResolveUserPath(absl::GetFlag(FLAGS_output));
  LADDER_RETURN_IF_ERROR(
      WriteFileAtomically(output, PredictionsCsv(&context, *saved.model, dataset)));
  std::fprintf(stderr, "%s: predictions for %ld rows, by %s\n", output.c_str(),
               dataset.num_examples(), saved.checkpoint.path.c_str());
  if (dataset.has_labels()) {
    const Evaluation evaluation =
        Evaluate(&context, *saved.model, dataset, AllRows(dataset.num_examples()));
    std::fputs(EvaluationText(evaluation).c_str(), stdout);
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = ladder::ParseCommandLine(
      argc, argv,
      "predict [flags] RUN --data=FILE --output=FILE.csv: classifies examples by a run's newest "
      "checkpoint",
      1);
  const absl::Status status = ladder::Predict(arguments[0]);
  return status.ok() ? 0 : ladder::ReportError(status);
}
