#ifndef LADDER_DATA_TABLE_H_
#define LADDER_DATA_TABLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/dataset.h"
#include "data/table_schema.pb.h"

namespace ladder {

enum class LabelKind { kClasses, kNumbers, kFlags };

// How a table's training file is to be read. A column is called by its name or its number: from 0,
// or from the end, -1 being the last.
struct TableOptions {
  std::vector<std::string> label_columns = {};  // empty: the last column
  std::vector<std::string> id_columns = {};
  std::vector<std::string> ignore_columns = {};
  std::vector<std::string> categorical_columns = {};
  char separator = '\0';  // none: found in the first line: a tab, semicolon or comma
  enum class Header { kDetect, kPresent, kAbsent } header = Header::kDetect;
  LabelKind labels = LabelKind::kClasses;
  std::vector<std::string> class_names = {};  // empty: the distinct labels, in ascending order
};

// What was read of a file.
struct Table {
  Dataset dataset;  // with `columns`; a missing cell is NaN
  TableSchema schema;
  // What a person should know of how it was read, a line each: a column that is ignored because it
  // counts the rows, how many cells are missing, categories that are new.
  std::vector<std::string> notes = {};
};

// Reads a training file, plain or gzip, and finds its schema. Errors name file, line and column.
absl::StatusOr<Table> ReadTable(const std::string& path, const TableOptions& options);

// Reads another file by the schema of a training file: a test set, or rows to predict, whose labels
// may be left out unless `needs_labels`.
absl::StatusOr<Table> ReadTable(const std::string& path, const TableSchema& schema,
                                LabelKind labels, bool needs_labels);

// The same, some rows at a time, in memory that does not grow with their number.
class TableReader {
 public:
  // "-" is the standard input.
  static absl::StatusOr<std::unique_ptr<TableReader>> Open(const std::string& path,
                                                           const TableSchema& schema,
                                                           LabelKind labels, bool needs_labels);
  virtual ~TableReader() = default;
  // The next rows, at most `max_rows`; an empty data set at the end.
  virtual absl::StatusOr<Dataset> Read(int64_t max_rows) = 0;
  // As Table::notes, of what has been read so far.
  virtual std::vector<std::string> Notes() const = 0;
};

// Sets `fill` and `missing_indicator` of the schema's inputs from these rows of the training file.
void FitMissing(const Dataset& training, absl::Span<const int64_t> rows, bool missing_indicator,
                TableSchema* schema);

// Makes all inputs of a table numbers: missing cells are filled, each category becomes an input
// that is 1 or 0 (all 0: a category that is new), and where the schema asks for it a further input
// says whether the cell is missing. Afterwards `columns` has the names of the new inputs, and no
// categories.
void EncodeTable(const TableSchema& schema, Dataset* dataset);

}  // namespace ladder

#endif  // LADDER_DATA_TABLE_H_
