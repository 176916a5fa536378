// Predicts for a user's own examples:
//   bazel run //tools:predict -- runs/two_moons --data=points.csv --output=predictions.csv
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "base/file_writer.h"
#include "base/status_macros.h"
#include "ladder/evaluation_report.h"
#include "ladder/experiment_data.h"
#include "ladder/num_threads.h"
#include "ladder/saved_model.h"
#include "ladder/warnings.h"
#include "tools/checkpoint_flag.h"
#include "tools/command_line.h"
#include "tools/examples.h"
#include "tools/predictions.h"
#include "training/run_directory.h"

ABSL_FLAG(
    std::string, data, "",
    "The examples, as in training: a table, numbers in a .csv file, arrays (.npy, .npz:NAME), "
    "IDX images, a folder of images; - is the standard input.");
ABSL_FLAG(
    std::string, output, "",
    "The .csv file to write: row, id, prediction and probabilities; - is the standard output.");
ABSL_FLAG(std::string, format, "",
          "What --data is, where its name does not tell: csv, table, npy, idx or images.");
ABSL_FLAG(
    std::string, label_column, "",
    "The column of a .csv file of numbers that has true labels: its number from 0, or from the "
    "end (-1 is the last), or its name. Then the error is printed, too.");

namespace ladder {
namespace {

// Rows that are in memory at a time.
constexpr int64_t kRowsAtATime = 10000;

// The path of a file as the person typed it; "-" stays.
std::string PathFlag(const std::string& typed) {
  return typed == "-" ? typed : ResolveUserPath(typed);
}

absl::Status CheckFlags() {
  for (const auto& [name, value] : {std::pair("--data", absl::GetFlag(FLAGS_data)),
                                    std::pair("--output", absl::GetFlag(FLAGS_output))}) {
    if (value.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(name, "=FILE is missing; see --help"));
    }
  }
  std::error_code error;
  if (std::filesystem::equivalent(PathFlag(absl::GetFlag(FLAGS_data)),
                                  PathFlag(absl::GetFlag(FLAGS_output)), error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--output=", absl::GetFlag(FLAGS_output), " is --data: it would be lost"));
  }
  return absl::OkStatus();
}

// Predicts for all rows, writes them, and evaluates those with a label, if there are any.
absl::StatusOr<std::pair<int64_t, Evaluation>> PredictAll(const Experiment& experiment,
                                                          const SavedModel& saved,
                                                          ExampleReader* reader,
                                                          FileWriter* writer) {
  const Model::Target target = experiment.model().target();
  if (target != Model::CLASS && !absl::GetFlag(FLAGS_label_column).empty()) {
    return absl::InvalidArgumentError("--label_column is for a model of classes");
  }
  Context context({.num_threads = NumThreads(experiment.deployment())});
  LADDER_ASSIGN_OR_RETURN(Dataset dataset, reader->Read(kRowsAtATime));
  const bool has_ids = !dataset.ids.empty();
  PredictionsCsv csv(target, saved.record, has_ids);
  LADDER_RETURN_IF_ERROR(writer->Write(csv.Header()));
  absl::optional<Evaluator> evaluator;
  if (target == Model::CLASS ? dataset.num_classes > 0
                             : dataset.num_targets() == NumOutputs(saved.record)) {
    evaluator.emplace(target, NumOutputs(saved.record), &dataset, saved.record.target_deviations());
  }
  uint32_t checksum = 0;
  const Standardization* const standardization = saved.preprocessing.standardization();
  std::vector<int64_t> far(standardization == nullptr ? 0 : standardization->size());
  const std::vector<Column> columns = dataset.columns;
  while (dataset.num_examples() > 0) {
    checksum = InputChecksum(checksum, dataset);
    if (evaluator) StandardizeTargets(saved.record, &dataset);
    LADDER_RETURN_IF_ERROR(CheckExamples(*saved.model, dataset, absl::GetFlag(FLAGS_data)));
    if (standardization != nullptr) standardization->CountFar(dataset, absl::MakeSpan(far));
    LADDER_RETURN_IF_ERROR(saved.preprocessing.Apply(&dataset));
    absl::Status written;
    const std::vector<int64_t> rows = AllRows(dataset.num_examples());
    PredictRows(&context, *saved.model, dataset, rows, [&](int64_t first, Tensor outputs) {
      if (written.ok()) written = writer->Write(csv.Lines(dataset, first, outputs));
      for (int64_t i = 0; evaluator && i < outputs.shape()[0]; ++i) {
        if (dataset.IsLabeled(first + i)) evaluator->Add({first + i}, outputs.Rows(i, i + 1));
      }
    });
    LADDER_RETURN_IF_ERROR(written);
    LADDER_ASSIGN_OR_RETURN(dataset, reader->Read(kRowsAtATime));
  }
  if (standardization != nullptr) {
    WarnOfFarInputs(columns, *standardization, far, csv.num_rows(), &std::cerr);
  }
  if (saved.record.has_input_checksum() && checksum == saved.record.input_checksum() &&
      csv.num_rows() == saved.record.num_rows()) {
    std::cerr
        << absl::GetFlag(FLAGS_data)
        << ": these are the rows that the run was trained on; what it answers for those whose "
           "labels it was shown says little of new rows\n";
  }
  return std::pair(csv.num_rows(), evaluator ? evaluator->Finish() : Evaluation());
}

absl::Status Predict(const std::string& path) {
  LADDER_RETURN_IF_ERROR(CheckFlags());
  LADDER_ASSIGN_OR_RETURN(const RunDirectory run, RunDirectory::Open(ResolveUserPath(path)));
  LADDER_ASSIGN_OR_RETURN(const LoadedExperiment loaded, LoadExperiment(run.config()));
  LADDER_ASSIGN_OR_RETURN(const SavedModel saved,
                          LoadModel(run, loaded.experiment, loaded.locations, CheckpointFlag()));
  const Experiment experiment = WithData(loaded.experiment, saved.record);
  LADDER_ASSIGN_OR_RETURN(ExampleReader reader,
                          ExampleReader::Open({.path = PathFlag(absl::GetFlag(FLAGS_data)),
                                               .format = absl::GetFlag(FLAGS_format),
                                               .label_column = absl::GetFlag(FLAGS_label_column)},
                                              experiment, saved.record));
  const std::string output = PathFlag(absl::GetFlag(FLAGS_output));
  LADDER_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(output));
  LADDER_ASSIGN_OR_RETURN(const auto predicted, PredictAll(experiment, saved, &reader, &writer));
  LADDER_RETURN_IF_ERROR(writer.Commit());
  for (const std::string& note : reader.Notes()) std::cerr << note << "\n";
  std::fprintf(stderr, "%s: predictions for %ld rows, by %s\n", output.c_str(), predicted.first,
               saved.checkpoint.path.c_str());
  if (predicted.second.num_examples() > 0 && output != "-") {
    std::fputs(EvaluationText(predicted.second).c_str(), stdout);
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = ladder::ParseCommandLine(
      argc, argv, "predict [flags] RUN --data=FILE --output=FILE.csv: predicts by a run's model", 1,
      ladder::kTrainedConfigFlags);
  return ladder::Finish(ladder::Predict(arguments[0]));
}
