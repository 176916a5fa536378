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
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

// More is a mistake, such as a column of measurements taken for labels.
constexpr int kMaxClasses = 4096;

struct Field {
  absl::string_view text;  // without spaces around it and without quotes
  size_t column = 0;       // where it starts in the line, from 1
};

// The text, line by line.
class CsvText {
 public:
  CsvText(absl::string_view text, absl::string_view name) : rest_(text), name_(name) {
    absl::ConsumePrefix(&rest_, "\xEF\xBB\xBF");  // the byte order mark of some spreadsheets
  }

  // The fields of the next line that has any; none at the end. The views are of the text.
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
    size_t begin = 0;
    while (true) {
      while (begin < line.size() && absl::ascii_isspace(line[begin])) ++begin;
      size_t end;
      if (begin < line.size() && line[begin] == '"') {
        const size_t quote = line.find('"', begin + 1);
        if (quote == absl::string_view::npos) return Error(begin + 1, "the quote is not closed");
        fields.push_back({line.substr(begin + 1, quote - begin - 1), begin + 1});
        end = std::min(line.find(',', quote), line.size());
        if (!absl::StripAsciiWhitespace(line.substr(quote + 1, end - quote - 1)).empty()) {
          return Error(quote + 2, "expected a comma after the quote");
        }
      } else {
        end = std::min(line.find(',', begin), line.size());
        fields.push_back({absl::StripAsciiWhitespace(line.substr(begin, end - begin)), begin + 1});
      }
      if (end == line.size()) return fields;
      begin = end + 1;
    }
  }

  absl::string_view rest_;
  absl::string_view name_;
  int64_t line_ = 0;
};

// The number that a field spells, infinite or not a number included; none if it spells none.
std::optional<double> ParseNumber(absl::string_view text) {
  absl::ConsumePrefix(&text, "+");
  double number;
  const char* end = text.data() + text.size();
  const absl::from_chars_result result = absl::from_chars(text.data(), end, number);
  if (result.ec == std::errc::invalid_argument || result.ptr != end) return std::nullopt;
  // Out of range: the nearest double, be it the largest. No float is so large.
  return number;
}

bool FitsFloat(double number) { return std::abs(number) <= std::numeric_limits<float>::max(); }

bool IsHeader(const std::vector<Field>& fields) {
  return std::any_of(fields.begin(), fields.end(), [](const Field& field) {
    return !field.text.empty() && !ParseNumber(field.text).has_value();
  });
}

// A field as an error shows it, be the file of any kind.
std::string Shown(absl::string_view text) {
  constexpr size_t kMaxShown = 40;
  if (text.empty()) return "nothing";
  return absl::StrCat(absl::CEscape(text.substr(0, kMaxShown)),
                      text.size() > kMaxShown ? "..." : "");
}

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
  std::vector<std::string> names;
  for (const Field& field : first_line) names.push_back(Shown(field.text));
  if (!is_header) {
    return text.Error(1, absl::StrCat("the labels should be in column \"", name,
                                      "\", but the file has no line of column names"));
  }
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    return text.Error(1, absl::StrCat("no column \"", name, "\" for the labels; there are ",
                                      absl::StrJoin(names, ", ")));
  }
  return found - names.begin();
}

}  // namespace

absl::StatusOr<Dataset> ParseCsv(absl::string_view text, absl::string_view name,
                                 const CsvOptions& options) {
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
      if (is_label) {
        if (!(number >= 0 && number <= max_label && std::floor(*number) == *number)) {
          return csv.Error(field.column,
                           absl::StrCat("got ", Shown(field.text), ", expected a label",
                                        ", an integer from 0 to ", max_label));
        }
        dataset.labels.push_back(static_cast<int32_t>(*number));
      } else {
        if (!number.has_value() || !FitsFloat(*number)) {
          return csv.Error(field.column,
                           absl::StrCat("got ", Shown(field.text), ", expected a finite number"));
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
  }
  return dataset;
}

absl::StatusOr<Dataset> ReadCsv(const std::string& path, const CsvOptions& options) {
  LADDER_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  return ParseCsv(text, path, options);
}

}  // namespace ladder
