#ifndef LADDER_DATA_CSV_H_
#define LADDER_DATA_CSV_H_

#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/dataset.h"

namespace ladder {

enum class CsvHeader {
  kDetect,   // the first line is a header if none of its fields is a number, or if it is 0, 1, 2,
             // ...
  kPresent,  // the first line is a header, numbers or not
  kAbsent,
};

struct CsvOptions {
  // Which column has the labels: none, the one with this number (from 0, or from the end: -1 is the
  // last), or the one with this name.
  std::variant<std::monostate, int64_t, std::string> label_column = {};
  // Labels are the integers in [0, num_classes); 0 stands for the largest label plus 1. An example
  // has none if the field is empty, ?, NA, N/A, NaN, null or -1.
  int num_classes = 0;
  CsvHeader header = CsvHeader::kDetect;
};

// Reads numbers in text: an example a line, fields between commas, quoted or not ("1.5"). Spaces
// around fields, and lines with nothing in them, do not count. The columns but the label's are the
// inputs, of shape {num_columns}.
//
// Errors name file, line and column, both from 1: "points.csv:3:7: got abc, expected a finite
// number".
absl::StatusOr<Dataset> ReadCsv(const std::string& path, const CsvOptions& options = {});

// The same, of a text; `name` stands for the file in errors.
absl::StatusOr<Dataset> ParseCsv(absl::string_view text, absl::string_view name,
                                 const CsvOptions& options = {});

}  // namespace ladder

#endif  // LADDER_DATA_CSV_H_
