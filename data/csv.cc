#include "data/csv.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/csv_text.h"
#include "data/delimited_text.h"
#include "data/table_cells.h"
#include "data/table_columns.h"

namespace ladder {
namespace {

// More is a mistake, such as a column of measurements taken for labels.
constexpr int kMaxClasses = 4096;

struct Field {
  std::string text;   // without spaces around it and without quotes
  size_t column = 0;  // where it starts in the line, from 1
};

// The text, line by line.
class CsvText {
 public:
  CsvText(absl::string_view text, absl::string_view name) : rest_(text), name_(name) {
    absl::ConsumePrefix(&rest_, "\xEF\xBB\xBF");  // the byte order mark of some spreadsheets
  }

  // The fields of the next line that has any; none at the end.
  absl::StatusOr<std::vector<Field>> NextLine() {
    std::vector<Field> fields;
    while (fields.empty() && !rest_.empty()) {
      ++line_;
      const absl::string_view line = rest_.substr(0, rest_.find('\n'));
      rest_.remove_prefix(std::min(line.size() + 1, rest_.size()));
      if (absl::StripAsciiWhitespace(line).empty()) continue;
      LADDER_ASSIGN_OR_RETURN(fields, Split(line));
    }
    return fields;
  }

  absl::Status Error(size_t column, absl::string_view message) const {
    return absl::DataLossError(absl::StrCat(name_, ":", line_, ":", column, ": ", message));
  }

  int64_t line() const { return line_; }

 private:
  absl::StatusOr<std::vector<Field>> Split(absl::string_view line) const {
    std::vector<Field> fields;
    RowCells cells(line, ',');
    const auto column = [&] { return static_cast<size_t>(cells.place() - line.data()) + 1; };
    while (cells.Next()) fields.push_back({std::string(cells.text()), column()});
    if (cells.error() != nullptr) return Error(column(), cells.error());
    return fields;
  }

  absl::string_view rest_;
  absl::string_view name_;
  int64_t line_ = 0;
};

// The number that a field spells, infinite or not a number included; none if it spells none.
std::optional<double> ParseNumber(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "+") && absl::StartsWith(text, "-")) return std::nullopt;
  if (text.find_first_of("xX") != absl::string_view::npos) return std::nullopt;  // hexadecimal
  double number;
  const char* end = text.data() + text.size();
  const absl::from_chars_result result = absl::from_chars(text.data(), end, number);
  if (result.ec == std::errc::invalid_argument || result.ptr != end) return std::nullopt;
  // Out of range: the nearest double, be it the largest. No float is so large.
  return number;
}

bool FitsFloat(double number) { return std::abs(number) <= std::numeric_limits<float>::max(); }

// Whether a first line has names, not numbers: a line with a number in it is data, and a word
// beside it a slip. But pandas calls columns without names 0, 1, 2, ...
bool IsHeader(const std::vector<Field>& fields) {
  bool any_number = false, counts = fields.size() > 1, any_text = false;
  for (size_t i = 0; i < fields.size(); ++i) {
    const bool is_number = ParseNumber(fields[i].text).has_value();
    any_number = any_number || is_number;
    any_text = any_text || (!is_number && !fields[i].text.empty());
    counts = counts && fields[i].text == absl::StrCat(i);
  }
  return counts || (any_text && !any_number);
}

// Whether a label's field says that there is none.
bool IsMissingLabel(absl::string_view text) { return text == "-1" || IsMissingCell(text); }

// The number of the label's column, -1 if there is none.
absl::StatusOr<int64_t> FindLabel(const CsvText& text, const std::vector<Field>& first_line,
                                  bool is_header, const CsvOptions& options) {
  const auto num_columns = static_cast<int64_t>(first_line.size());
  if (std::holds_alternative<std::monostate>(options.label_column)) return -1;
  if (const int64_t* number = std::get_if<int64_t>(&options.label_column)) {
    if (*number < -num_columns || *number >= num_columns) {
      return text.Error(1, absl::StrCat("the labels should be in column ", *number,
                                        "; allowed are ", -num_columns, " to ", num_columns - 1));
    }
    return *number < 0 ? *number + num_columns : *number;
  }
  const std::string& name = std::get<std::string>(options.label_column);
  if (!is_header) {
    return text.Error(1, absl::StrCat("the labels should be in column \"", name,
                                      "\", but the file has no line of column names"));
  }
  std::vector<std::string> names;
  std::vector<int64_t> found;
  for (int64_t i = 0; i < num_columns; ++i) {
    names.push_back(first_line[static_cast<size_t>(i)].text);
    if (names.back() == name) found.push_back(i);
  }
  if (found.size() > 1) {
    return text.Error(1,
                      absl::StrCat("columns ", found[0], " and ", found[1], " are both called \"",
                                   ShownText(name), "\"; use the number of the labels'"));
  }
  if (found.size() == 1) return found[0];
  return text.Error(1,
                    absl::StrCat("no column \"", ShownText(name), "\"", SuggestedName(names, name),
                                 " for the labels; there are ", FewNames(names)));
}

}  // namespace

absl::StatusOr<Dataset> ParseCsv(absl::string_view text, absl::string_view name,
                                 const CsvOptions& options) {
  LADDER_RETURN_IF_ERROR(CheckStart(text, name));
  CsvText csv(text, name);
  LADDER_ASSIGN_OR_RETURN(std::vector<Field> fields, csv.NextLine());
  const int64_t first_line = csv.line();
  const size_t num_columns = fields.size();
  const bool is_header = options.header == CsvHeader::kPresent ||
                         (options.header == CsvHeader::kDetect && IsHeader(fields));
  int64_t label = -1;
  if (!fields.empty()) {
    LADDER_ASSIGN_OR_RETURN(label, FindLabel(csv, fields, is_header, options));
  }
  const int64_t num_inputs = static_cast<int64_t>(num_columns) - (label >= 0 ? 1 : 0);
  if (!fields.empty() && num_inputs == 0) {
    return csv.Error(1, "no column but the labels'; expected one more at least");
  }
  if (is_header) {
    LADDER_ASSIGN_OR_RETURN(fields, csv.NextLine());
  }

  const int max_label = (options.num_classes > 0 ? options.num_classes : kMaxClasses) - 1;
  std::vector<float> inputs;
  Dataset dataset;
  while (!fields.empty()) {
    if (fields.size() != num_columns) {
      return csv.Error(1, absl::StrCat("got ", fields.size(), " columns, expected ", num_columns,
                                       " as in line ", first_line));
    }
    for (size_t i = 0; i < num_columns; ++i) {
      const Field& field = fields[i];
      const bool is_label = static_cast<int64_t>(i) == label;
      const std::optional<double> number = ParseNumber(field.text);
      if (is_label && IsMissingLabel(field.text)) {
        dataset.labels.push_back(kNoLabel);
      } else if (is_label) {
        if (!(number >= 0 && number <= max_label && std::floor(*number) == *number)) {
          return csv.Error(
              field.column,
              absl::StrCat("got ", ShownText(field.text), ", expected a label",
                           ", an integer from 0 to ", max_label, ", or nothing for none"));
        }
        dataset.labels.push_back(static_cast<int32_t>(*number));
      } else {
        if (!number.has_value() || !FitsFloat(*number)) {
          return csv.Error(field.column, absl::StrCat("got ", ShownText(field.text),
                                                      ", expected a finite number"));
        }
        inputs.push_back(static_cast<float>(*number));
      }
    }
    LADDER_ASSIGN_OR_RETURN(fields, csv.NextLine());
  }
  if (inputs.empty()) return absl::DataLossError(absl::StrCat(name, ": no line of numbers"));

  dataset.example_shape = {num_inputs};
  dataset.inputs = std::move(inputs);
  if (label >= 0) {
    dataset.num_classes = options.num_classes > 0
                              ? options.num_classes
                              : *std::max_element(dataset.labels.begin(), dataset.labels.end()) + 1;
    if (dataset.num_classes == 0) {
      return absl::DataLossError(absl::StrCat(name, ": no row has a label"));
    }
  }
  return dataset;
}

absl::StatusOr<Dataset> ReadCsv(const std::string& path, const CsvOptions& options) {
  LADDER_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseCsv(text, path, options);
}

}  // namespace ladder
