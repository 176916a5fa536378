#include "ladder/rows.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/csv_text.h"
#include "data/label_split.h"
#include "ladder/random_streams.h"

namespace ladder {
namespace {

// a without b; both ascending, as the result.
std::vector<int64_t> Without(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  std::vector<int64_t> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest));
  return rest;
}

// Reads data.labeled_rows.
absl::StatusOr<std::vector<int64_t>> ReadLabeledRows(const std::string& path,
                                                     const Dataset& dataset) {
  LADDER_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  std::vector<int64_t> rows;
  int64_t number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line);
    if (line.empty()) continue;
    const auto error = [&](absl::string_view problem) {
      return absl::DataLossError(
          absl::StrCat(path, ":", number, ": ", ShownText(line), " ", problem));
    };
    int64_t row;
    if (!absl::SimpleAtoi(line, &row) || row < 0 || row >= dataset.num_examples()) {
      return error(absl::StrCat("is no row of the training data: allowed are 0 to ",
                                dataset.num_examples() - 1));
    }
    if (!dataset.IsLabeled(row)) return error("is a row without a label");
    rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end());
  const auto twice = std::adjacent_find(rows.begin(), rows.end());
  if (twice != rows.end()) {
    return absl::DataLossError(absl::StrCat(path, ": row ", *twice, " is there twice"));
  }
  if (rows.size() < 2) {
    return absl::DataLossError(
        absl::StrCat(path, ": has ", rows.size(), " rows; at least 2 are needed"));
  }
  return rows;
}

// Sets aside a number or a fraction of rows. `field` is that of the number.
absl::StatusOr<SetAside> Choose(const Dataset& dataset, std::vector<int64_t> rows,
                                absl::string_view field, int64_t count, double fraction,
                                bool balanced, RandomKey key) {
  if (fraction > 0 && balanced) return ChooseFraction(dataset, std::move(rows), fraction, key);
  if (fraction > 0) count = std::llround(fraction * static_cast<double>(rows.size()));
  if (count <= static_cast<int64_t>(rows.size())) return ChooseRows(std::move(rows), count, key);
  return absl::InvalidArgumentError(absl::StrCat(field, " must be at most ", rows.size(),
                                                 ", the rows with a label that are left, got ",
                                                 count));
}

// What rounding of fractions may leave.
absl::Status CheckNotEmpty(const RowSplit& split, const Data& config) {
  const auto error = [](absl::string_view field, absl::string_view problem) {
    return absl::InvalidArgumentError(absl::StrCat(field, " ", problem));
  };
  if (config.test_fraction() > 0 && split.test.empty()) {
    return error("data.test_fraction", "is of so few rows with a label that none is for testing");
  }
  if (config.validation_fraction() > 0 && split.validation.empty()) {
    return error("data.validation_fraction",
                 "is of so few rows with a label that none is for validation");
  }
  // Batch normalization needs two.
  if (split.labeled.size() < 2) {
    return error("data", absl::StrCat("leaves ", split.labeled.size(),
                                      " rows that show their label; at least 2 are needed"));
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<int64_t> LabeledRows(const Dataset& dataset) {
  std::vector<int64_t> rows;
  for (int64_t row = 0; dataset.has_labels() && row < dataset.num_examples(); ++row) {
    if (dataset.IsLabeled(row)) rows.push_back(row);
  }
  return rows;
}

absl::StatusOr<RowSplit> SplitRows(const Dataset& dataset, const Data& config) {
  const auto key = [&config](uint32_t stream) {
    return RandomKey{.seed = config.seed(), .stream = stream};
  };
  std::vector<int64_t> candidates = LabeledRows(dataset);
  RowSplit split;
  if (config.has_labeled_rows()) {
    LADDER_ASSIGN_OR_RETURN(split.labeled, ReadLabeledRows(config.labeled_rows(), dataset));
    candidates = Without(candidates, split.labeled);
  }
  LADDER_ASSIGN_OR_RETURN(SetAside test,
                          Choose(dataset, std::move(candidates), "data.num_test", config.num_test(),
                                 config.test_fraction(), config.balanced(), key(kTestSplitStream)));
  LADDER_ASSIGN_OR_RETURN(
      SetAside validation,
      Choose(dataset, std::move(test.rest), "data.num_validation", config.num_validation(),
             config.validation_fraction(), config.balanced(), key(kValidationSplitStream)));
  split.test = std::move(test.chosen);
  split.validation = std::move(validation.chosen);
  if (!config.has_labeled_rows()) {
    const int64_t num_labeled = config.has_num_labeled()
                                    ? config.num_labeled()
                                    : static_cast<int64_t>(validation.rest.size());
    LADDER_ASSIGN_OR_RETURN(split.labeled,
                            ChooseLabeled(dataset, validation.rest, num_labeled, config.balanced(),
                                          key(kLabelSplitStream)));
  }
  if (config.has_num_folds()) {
    if (config.num_folds() > static_cast<int64_t>(split.labeled.size())) {
      return absl::InvalidArgumentError(
          absl::StrCat("data.num_folds must be at most ", split.labeled.size(),
                       ", the number of labeled rows, got ", config.num_folds()));
    }
    SetAside fold = ChooseFold(dataset, std::move(split.labeled), config.balanced(),
                               config.num_folds(), config.fold(), key(kFoldStream));
    split.labeled = std::move(fold.rest);
    split.validation = std::move(fold.chosen);
  }
  std::vector<int64_t> all(static_cast<size_t>(dataset.num_examples()));
  std::iota(all.begin(), all.end(), 0);
  split.training = Without(Without(all, split.validation), split.test);
  LADDER_RETURN_IF_ERROR(CheckNotEmpty(split, config));
  return split;
}

std::string RowsCsv(const Dataset& dataset, const RowSplit& split) {
  std::vector<const char*> parts(static_cast<size_t>(dataset.num_examples()), "training,0");
  for (const int64_t row : split.labeled) parts[static_cast<size_t>(row)] = "training,1";
  for (const int64_t row : split.validation) parts[static_cast<size_t>(row)] = "validation,0";
  for (const int64_t row : split.test) parts[static_cast<size_t>(row)] = "test,0";
  std::string csv = "row,id,part,labeled\n";
  for (size_t row = 0; row < parts.size(); ++row) {
    const std::string id = dataset.ids.empty() ? "" : CsvField(dataset.ids[row]);
    absl::StrAppend(&csv, row, ",", id, ",", parts[row], "\n");
  }
  return csv;
}

}  // namespace ladder
