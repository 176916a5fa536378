#include "tools/predictions.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "data/csv_text.h"
#include "kernels/host.h"
#include "ladder/experiment_data.h"

namespace ladder {
namespace {

std::string ClassName(const DataRecord& record, int64_t label) {
  return record.class_names().empty() ? absl::StrCat(label)
                                      : record.class_names(static_cast<int>(label));
}

}  // namespace

std::string PredictionsCsv::Header() const {
  std::string header = has_ids_ ? "row,id" : "row";
  if (target_ == Model::CLASS) {
    absl::StrAppend(&header, ",label");
    for (int64_t label = 0; label < NumOutputs(record_); ++label) {
      absl::StrAppend(&header, ",",
                      CsvField(absl::StrCat("probability_", ClassName(record_, label))));
    }
  }
  for (const std::string& name : record_.target_names()) {
    absl::StrAppend(&header, ",", CsvField(name));
    if (target_ == Model::LABELS) {
      absl::StrAppend(&header, ",", CsvField(absl::StrCat("probability_", name)));
    }
  }
  return header + "\n";
}

std::string PredictionsCsv::Prediction(const Real* outputs, int64_t num_outputs) const {
  std::string text;
  if (target_ == Model::CLASS) {
    const int64_t label = std::max_element(outputs, outputs + num_outputs) - outputs;
    text = absl::StrCat(",", CsvField(ClassName(record_, label)));
  }
  for (int j = 0; j < num_outputs; ++j) {
    switch (target_) {
      case Model::CLASS:
        absl::StrAppend(&text, ",", outputs[j]);
        break;
      case Model::LABELS:
        absl::StrAppend(&text, ",", outputs[j] >= 0.5 ? 1 : 0, ",", outputs[j]);
        break;
      case Model::NUMBERS:
        absl::StrAppendFormat(&text, ",%.9g",
                              outputs[j] * record_.target_deviations(j) + record_.target_means(j));
        break;
    }
  }
  return text;
}

std::string PredictionsCsv::Lines(const Dataset& dataset, int64_t first, Tensor outputs) {
  const int64_t num_outputs = outputs.shape()[1];
  const std::vector<Real> values = kernels::ToHost(outputs);
  std::string lines;
  for (int64_t i = 0; i < outputs.shape()[0]; ++i) {
    absl::StrAppend(&lines, num_rows_++);
    if (has_ids_) {
      const auto row = static_cast<size_t>(first + i);
      absl::StrAppend(&lines, ",", row < dataset.ids.size() ? CsvField(dataset.ids[row]) : "");
    }
    absl::StrAppend(&lines, Prediction(values.data() + i * num_outputs, num_outputs), "\n");
  }
  return lines;
}

}  // namespace ladder
