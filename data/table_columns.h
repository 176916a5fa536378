#ifndef LADDER_DATA_TABLE_COLUMNS_H_
#define LADDER_DATA_TABLE_COLUMNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "data/delimited_text.h"
#include "data/table.h"
#include "data/table_schema.pb.h"

// Which column of a table is which.
namespace ladder {

// The cells of the block's first row.
absl::StatusOr<std::vector<std::string>> FirstCells(const DelimitedText& text,
                                                    const TextBlock& block);

// Whether they look like names: none is a number, and not all say that they are missing; or they
// count 0, 1, 2, ..., possibly after an empty one, as pandas calls columns without a name.
bool LooksLikeHeader(absl::Span<const std::string> cells);

// What errors, notes and Dataset::columns call a column: its name or "column 3".
std::string ColumnTitle(const TableSchema& schema, int column);

// The first few of the names, for a message of one screen.
std::string FewNames(absl::Span<const std::string> names);

// " (did you mean "NAME"?)", for one that differs from `name` in capitals alone; empty if none
// does.
std::string SuggestedName(absl::Span<const std::string> names, absl::string_view name);

// The names and roles of the columns of a training file. Errors do not name the file.
absl::StatusOr<TableSchema> MakeSchema(absl::Span<const std::string> cells, bool has_header,
                                       const TableOptions& options);

// The number of the column that options call `column`, which is `role` in errors.
absl::StatusOr<int> FindColumn(const TableSchema& schema, const std::string& column,
                               absl::string_view role);

// How the columns of another file are those of the schema.
struct ColumnMatch {
  bool has_header = false;
  bool has_labels = false;
  std::vector<int> sources;             // for each column of the file that of the schema, or -1
  std::vector<std::string> additional;  // what those with -1 are called
};

// `cells` are those of the first row. Errors do not name the file.
absl::StatusOr<ColumnMatch> MatchColumns(const TableSchema& schema,
                                         absl::Span<const std::string> cells, bool needs_labels);

}  // namespace ladder

#endif  // LADDER_DATA_TABLE_COLUMNS_H_
