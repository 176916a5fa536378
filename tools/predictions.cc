#include "tools/predictions.h"

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "data/csv.h"
#include "data/idx.h"
#include "ladder/evaluation.h"
#include "ladder/saved_model.h"

namespace ladder {

absl::StatusOr<Dataset> ReadExamples(const std::string& path, absl::string_view label_column,
                                     const LadderModel& model) {
  Dataset dataset;
  if (absl::EndsWithIgnoreCase(path, ".csv")) {
    CsvOptions options;
    int64_t column;
    if (absl::SimpleAtoi(label_column, &column)) {
      options.label_column = column;
    } else if (!label_column.empty()) {
      options.label_column = std::string(label_column);
    }
    options.num_classes = static_cast<int>(model.num_classes());
    LADDER_ASSIGN_OR_RETURN(dataset, ReadCsv(path, options));
    if (label_column.empty() && dataset.example_size() == model.num_inputs() + 1) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, ": has ", model.num_inputs() + 1, " columns, the model takes ", model.num_inputs(),
          "; if one of them has labels, tell which, such as --label_column=-1"));
    }
  } else if (!label_column.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--label_column is for .csv files, --data is ", path));
  } else {
    LADDER_ASSIGN_OR_RETURN(dataset, ReadIdx(path, /*labels_path=*/""));
  }
  LADDER_RETURN_IF_ERROR(CheckExamples(model, dataset, path));
  return dataset;
}

std::string PredictionsCsv(Context* context, const LadderModel& model, const Dataset& dataset) {
  std::string csv = "row,label";
  for (int64_t c = 0; c < model.num_classes(); ++c) absl::StrAppend(&csv, ",probability_", c);
  absl::StrAppend(&csv, "\n");
  PredictRows(context, model, dataset, AllRows(dataset.num_examples()),
              [&csv](int64_t first, Tensor probabilities) {
                const int64_t classes = probabilities.shape()[1];
                for (int64_t i = 0; i < probabilities.shape()[0]; ++i) {
                  const Real* p = probabilities.data() + i * classes;
                  absl::StrAppend(&csv, first + i, ",", std::max_element(p, p + classes) - p);
                  for (int64_t c = 0; c < classes; ++c) absl::StrAppend(&csv, ",", p[c]);
                  absl::StrAppend(&csv, "\n");
                }
              });
  return csv;
}

}  // namespace ladder
