#include "ladder/experiment_data.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "data/table.h"
#include "ladder/datasets.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

template <class T>
uint32_t Checksum(uint32_t start, const std::vector<T>& values) {
  if (values.empty()) return start;  // of no bytes zlib answers 0
  return static_cast<uint32_t>(
      crc32_z(start, reinterpret_cast<const Bytef*>(values.data()), values.size() * sizeof(T)));
}

uint32_t Checksum(const Dataset& dataset) {
  const uint32_t sum = Checksum(InputChecksum(0, dataset), dataset.labels);
  return Checksum(sum, dataset.targets);
}

// Mean and deviation over the rows that have a number; 0 and 1 where they tell nothing.
void FitTargets(const Dataset& dataset, const std::vector<int64_t>& rows, DataRecord* record) {
  for (int64_t j = 0; j < dataset.num_targets(); ++j) {
    std::vector<double> values;
    for (const int64_t row : rows) {
      const float value = dataset.targets[static_cast<size_t>(row * dataset.num_targets() + j)];
      if (!std::isnan(value)) values.push_back(value);
    }
    double mean = 0, squares = 0;
    for (const double value : values) mean += value / static_cast<double>(values.size());
    for (const double value : values) squares += (value - mean) * (value - mean);
    const double deviation = values.empty() ? 0 : std::sqrt(squares / values.size());
    record->add_target_means(mean);
    // What is left of a constant is rounding.
    record->add_target_deviations(deviation > 1e-9 * std::abs(mean) ? deviation : 1);
  }
}

DataRecord Record(const Experiment& experiment, const Dataset& dataset, const RowSplit& split,
                  TableSchema table) {
  DataRecord record;
  record.mutable_example_shape()->Assign(dataset.example_shape.begin(),
                                         dataset.example_shape.end());
  record.set_num_classes(dataset.num_classes);
  record.mutable_class_names()->Assign(dataset.class_names.begin(), dataset.class_names.end());
  std::vector<int64_t> counts(static_cast<size_t>(dataset.num_classes));
  for (const int64_t row : split.labeled) {
    if (dataset.num_classes > 0) {
      ++counts[static_cast<size_t>(dataset.labels[static_cast<size_t>(row)])];
    }
  }
  record.mutable_class_counts()->Assign(counts.begin(), counts.end());
  record.mutable_target_names()->Assign(dataset.target_names.begin(), dataset.target_names.end());
  if (experiment.model().target() == Model::NUMBERS) FitTargets(dataset, split.labeled, &record);
  if (experiment.data().has_table()) *record.mutable_table() = std::move(table);
  record.set_num_rows(dataset.num_examples());
  record.set_num_training(static_cast<int64_t>(split.training.size()));
  record.set_num_labeled(static_cast<int64_t>(split.labeled.size()));
  record.set_num_validation(static_cast<int64_t>(split.validation.size()));
  record.set_num_test(static_cast<int64_t>(split.test.size()));
  record.set_checksum(Checksum(dataset));
  record.set_input_checksum(InputChecksum(0, dataset));
  record.set_inputs_are_bytes(std::holds_alternative<std::vector<uint8_t>>(dataset.inputs));
  return record;
}

absl::Status CheckTestSet(const Dataset& test, const DataRecord& record) {
  if (!std::equal(test.example_shape.begin(), test.example_shape.end(),
                  record.example_shape().begin(), record.example_shape().end())) {
    return absl::InvalidArgumentError(absl::StrCat(
        "data: a test example is of ", absl::StrJoin(test.example_shape, " x "),
        " values, a training example of ", absl::StrJoin(record.example_shape(), " x ")));
  }
  if (record.target_names_size() != test.num_targets()) {
    return absl::InvalidArgumentError(absl::StrCat("data: the test set has ", test.num_targets(),
                                                   " columns of labels, the training set ",
                                                   record.target_names_size()));
  }
  return absl::OkStatus();
}

std::string Rows(size_t count, absl::string_view what) {
  return count == 0 ? "" : absl::StrCat(", ", count, " ", what);
}

// The smallest and the largest value of the inputs, scaled.
std::pair<double, double> Range(const Dataset& dataset) {
  return std::visit(
      [&](const auto& values) {
        const auto [low, high] = std::minmax_element(values.begin(), values.end());
        return std::pair<double, double>(*low * dataset.scale, *high * dataset.scale);
      },
      dataset.inputs);
}

}  // namespace

absl::StatusOr<ExperimentData> LoadExperimentData(const Experiment& experiment,
                                                  const FieldLocations& locations,
                                                  std::ostream* notes) {
  TableSchema table;
  LADDER_ASSIGN_OR_RETURN(Dataset dataset, LoadTrainingFile(experiment, &table, notes));
  return MakeExperimentData(experiment, locations, std::move(dataset), std::move(table));
}

absl::StatusOr<ExperimentData> MakeExperimentData(const Experiment& experiment,
                                                  const FieldLocations& locations, Dataset dataset,
                                                  TableSchema table) {
  ExperimentData data;
  data.training = std::move(dataset);
  LADDER_RETURN_IF_ERROR(CheckRows(experiment, locations, data.training));
  LADDER_ASSIGN_OR_RETURN(data.split, SplitRows(data.training, experiment.data()));
  if (experiment.data().has_table()) {
    FitMissing(data.training, data.split.training, experiment.data().table().missing_indicator(),
               &table);
    EncodeTable(table, &data.training);
  }
  data.record = Record(experiment, data.training, data.split, std::move(table));
  StandardizeTargets(data.record, &data.training);
  LADDER_RETURN_IF_ERROR(
      CheckAgainstData(WithData(experiment, data.record), locations, data.training, data.split));
  return data;
}

absl::StatusOr<EvaluationData> LoadTestSet(const Experiment& experiment, const DataRecord& record,
                                           std::ostream* notes) {
  EvaluationData part;
  LADDER_ASSIGN_OR_RETURN(part.dataset, LoadTestFile(experiment, record, notes));
  LADDER_RETURN_IF_ERROR(CheckTestSet(part.dataset, record));
  StandardizeTargets(record, &part.dataset);
  part.rows = LabeledRows(part.dataset);
  if (part.rows.empty()) {
    return absl::InvalidArgumentError("data: no row of the test set has a label");
  }
  return part;
}

Experiment WithData(Experiment experiment, const DataRecord& record) {
  Layer& top = *experiment.mutable_model()->mutable_layers(experiment.model().layers_size() - 1);
  if (top.has_fully_connected() && !top.fully_connected().has_units()) {
    top.mutable_fully_connected()->set_units(NumOutputs(record));
  }
  Training& training = *experiment.mutable_training();
  if (training.has_num_steps() && record.has_num_training()) {
    const int64_t batch = std::min<int64_t>(training.unlabeled_batch_size(), record.num_training());
    const int64_t steps_per_epoch = record.num_training() / std::max<int64_t>(batch, 1);
    const int64_t epochs = (training.num_steps() - 1) / steps_per_epoch + 1;
    training.set_num_epochs(
        static_cast<int32_t>(std::min<int64_t>(epochs, std::numeric_limits<int32_t>::max())));
    training.clear_num_steps();
  }
  return experiment;
}

int64_t NumOutputs(const DataRecord& record) {
  return record.num_classes() > 0 ? record.num_classes() : record.target_names_size();
}

void StandardizeTargets(const DataRecord& record, Dataset* dataset) {
  if (record.target_means().empty()) return;
  const size_t n = static_cast<size_t>(dataset->num_targets());
  for (size_t i = 0; i < dataset->targets.size(); ++i) {
    const int j = static_cast<int>(i % n);
    dataset->targets[i] = static_cast<float>((dataset->targets[i] - record.target_means(j)) /
                                             record.target_deviations(j));
  }
}

uint32_t InputChecksum(uint32_t before, const Dataset& dataset) {
  return std::visit([&](const auto& values) { return Checksum(before, values); }, dataset.inputs);
}

absl::Status CheckSameData(const DataRecord& recorded, const DataRecord& now) {
  if (!recorded.has_checksum()) return absl::OkStatus();  // of an older run
  if (recorded.num_rows() != now.num_rows()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the training data has changed since the run was started: it had ",
                     recorded.num_rows(), " rows, now ", now.num_rows()));
  }
  if (recorded.checksum() != now.checksum()) {
    return absl::FailedPreconditionError(
        "the training data has changed since the run was started: other values or another order");
  }
  return absl::OkStatus();
}

int64_t CountEqualRows(const Dataset& training, const std::vector<int64_t>& training_rows,
                       const Dataset& test, const std::vector<int64_t>& test_rows) {
  const auto bytes = [](const Dataset& dataset, int64_t row) {
    std::string text(static_cast<size_t>(dataset.example_size()) * sizeof(float), '\0');
    dataset.CopyRows({row}, reinterpret_cast<float*>(text.data()));
    return text;
  };
  std::set<size_t> seen;
  std::set<std::string> candidates;
  const std::hash<std::string> hash;
  for (const int64_t row : test_rows) seen.insert(hash(bytes(test, row)));
  for (const int64_t row : training_rows) {
    std::string text = bytes(training, row);
    if (seen.count(hash(text)) > 0) candidates.insert(std::move(text));
  }
  return std::count_if(test_rows.begin(), test_rows.end(),
                       [&](int64_t row) { return candidates.count(bytes(test, row)) > 0; });
}

std::string DataText(const ExperimentData& data) {
  const Dataset& dataset = data.training;
  const RowSplit& split = data.split;
  const auto [low, high] = Range(dataset);
  std::string text = absl::StrCat("data      ", dataset.num_examples(), " rows of ",
                                  absl::StrJoin(dataset.example_shape, " x "), " inputs from ",
                                  absl::StrFormat("%.4g to %.4g", low, high), "\n");
  if (dataset.num_classes > 0) {
    constexpr int kMaxShown = 12;
    absl::StrAppend(&text, "labels    ", dataset.num_classes, " classes:");
    for (int label = 0; label < std::min(dataset.num_classes, kMaxShown); ++label) {
      absl::StrAppend(&text, label == 0 ? " " : ", ", dataset.ClassName(label), " ",
                      data.record.class_counts(label));
    }
    absl::StrAppend(&text, dataset.num_classes > kMaxShown ? ", ...\n" : "\n");
  } else {
    absl::StrAppend(&text, "labels    ", absl::StrJoin(dataset.target_names, ", "), "\n");
  }
  const size_t unlabeled = split.training.size() - split.labeled.size();
  absl::StrAppend(&text, "rows      ", split.labeled.size(), " labeled, ", unlabeled, " unlabeled",
                  Rows(split.validation.size(), "for validation"),
                  Rows(split.test.size(), "for testing"), "\n");
  return text;
}

}  // namespace ladder
