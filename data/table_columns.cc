#include "data/table_columns.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "data/csv_text.h"
#include "data/table_cells.h"

namespace ladder {
namespace {

using SchemaColumn = TableSchema::Column;

// A line of text that is no table has millions of cells before memory ends.
constexpr size_t kMaxColumns = size_t{1} << 18;

bool Counts(absl::Span<const std::string> cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] != absl::StrCat(i)) return false;
  }
  return !cells.empty();
}

bool HasRole(const TableSchema& schema, int column, SchemaColumn::Role role) {
  return schema.columns(column).role() == role;
}

absl::Status SetRole(TableSchema* schema, const std::string& name, absl::string_view option,
                     SchemaColumn::Role role) {
  LADDER_ASSIGN_OR_RETURN(const int index, FindColumn(*schema, name, option));
  SchemaColumn* column = schema->mutable_columns(index);
  if (column->has_role()) {
    return absl::InvalidArgumentError(absl::StrCat(ColumnTitle(*schema, index),
                                                   " is named twice; expected it once in all of "
                                                   "label_column, id_columns and ignore_columns"));
  }
  column->set_role(role);
  return absl::OkStatus();
}

// A first line of a file whose training file has no names: whether it has. It may only if one of
// its words stands where the training file has numbers.
bool IsUnexpectedHeader(const TableSchema& schema, absl::Span<const std::string> cells,
                        const ColumnMatch& match) {
  if (!LooksLikeHeader(cells)) return false;
  if (IsNumberCell(cells.back())) return cells.size() > 2;  // it counts
  for (size_t i = 0; i < cells.size(); ++i) {
    const int source = match.sources[i];
    if (HasRole(schema, source, SchemaColumn::INPUT) &&
        schema.columns(source).categories().empty() && !IsMissingCell(cells[i])) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<ColumnMatch> MatchPositions(const TableSchema& schema,
                                           absl::Span<const std::string> cells, bool needs_labels) {
  ColumnMatch match;
  std::vector<int> all;
  std::vector<int> without_labels;
  for (int i = 0; i < schema.columns_size(); ++i) {
    all.push_back(i);
    if (!HasRole(schema, i, SchemaColumn::LABEL)) without_labels.push_back(i);
  }
  match.has_labels = cells.size() == all.size();
  if (!match.has_labels && (needs_labels || cells.size() != without_labels.size())) {
    return absl::DataLossError(absl::StrCat(
        "got ", cells.size(), " columns, expected ", all.size(), " as in the training file",
        needs_labels ? "" : absl::StrCat(", or ", without_labels.size(), " without labels")));
  }
  match.sources = match.has_labels ? all : without_labels;
  match.has_header = IsUnexpectedHeader(schema, cells, match);
  return match;
}

absl::StatusOr<ColumnMatch> MatchNames(const TableSchema& schema,
                                       absl::Span<const std::string> cells, bool needs_labels) {
  ColumnMatch match;
  match.has_header = true;
  match.has_labels = true;
  const auto num_columns = static_cast<size_t>(schema.columns_size());
  bool is_same = cells.size() == num_columns;
  for (size_t i = 0; is_same && i < num_columns; ++i) {
    is_same = cells[i] == schema.columns(static_cast<int>(i)).name();
  }
  if (is_same) {  // then it does not matter whether a name stands twice
    for (int i = 0; i < schema.columns_size(); ++i) match.sources.push_back(i);
    return match;
  }
  std::unordered_map<std::string, int> here;  // -1: twice
  for (size_t i = 0; i < cells.size(); ++i) {
    const auto [entry, is_new] = here.try_emplace(cells[i], static_cast<int>(i));
    if (!is_new) entry->second = -1;
  }
  match.sources.assign(cells.size(), -1);
  std::unordered_map<std::string, int> named;
  for (const SchemaColumn& column : schema.columns()) ++named[column.name()];
  std::vector<std::string> missing;
  for (int i = 0; i < schema.columns_size(); ++i) {
    const std::string& name = schema.columns(i).name();
    const auto found = here.find(name);
    const bool is_input = HasRole(schema, i, SchemaColumn::INPUT);
    const bool is_label = HasRole(schema, i, SchemaColumn::LABEL);
    if (found == here.end()) {
      if (is_input || (is_label && needs_labels)) missing.push_back(ColumnTitle(schema, i));
      if (is_label) match.has_labels = false;
      continue;
    }
    if (found->second < 0 || named[name] > 1) {
      if (!is_input && !is_label) continue;
      return absl::DataLossError(
          absl::StrCat("several columns are called \"", ShownText(name),
                       "\"; expected one, since columns in "
                       "another order than the training file's are found by name"));
    }
    match.sources[static_cast<size_t>(found->second)] = i;
  }
  if (!missing.empty()) {
    // Not a name in common: rather a row without names.
    const bool is_data =
        !LooksLikeHeader(cells) && std::all_of(match.sources.begin(), match.sources.end(),
                                               [](int source) { return source < 0; });
    if (is_data) {
      return absl::DataLossError(absl::StrCat(
          "expected a line of column names, as the training file has, such as ", missing.front()));
    }
    return absl::DataLossError(absl::StrCat("no column ", FewNames(missing),
                                            ", which the training file has; the first line has ",
                                            FewNames(cells)));
  }
  return match;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FirstCells(const DelimitedText& text,
                                                    const TextBlock& block) {
  std::vector<std::string> result;
  const absl::string_view row = block.Row(0);
  RowCells cells(row, text.separator());
  while (cells.Next()) {
    if (result.size() == kMaxColumns) {
      return text.Error(block, cells.place(),
                        absl::StrCat("expected at most ", kMaxColumns, " columns"));
    }
    result.emplace_back(cells.text());
  }
  if (cells.error() != nullptr) return text.Error(block, cells.place(), cells.error());
  return result;
}

bool LooksLikeHeader(absl::Span<const std::string> cells) {
  if (Counts(cells) || (!cells.empty() && cells[0].empty() && Counts(cells.subspan(1)))) {
    return true;
  }
  return std::none_of(cells.begin(), cells.end(), IsNumberCell) &&
         !std::all_of(cells.begin(), cells.end(), IsMissingCell);
}

std::string ColumnTitle(const TableSchema& schema, int column) {
  const std::string& name = schema.columns(column).name();
  return name.empty() ? absl::StrCat("column ", column) : name;
}

std::string FewNames(absl::Span<const std::string> names) {
  constexpr size_t kFew = 8;
  std::vector<std::string> shown;
  for (size_t i = 0; i < std::min(names.size(), kFew); ++i) {
    shown.push_back(names[i].empty() ? "\"\"" : ShownText(names[i]));
  }
  return absl::StrCat(
      absl::StrJoin(shown, ", "),
      names.size() > kFew ? absl::StrCat(" and ", names.size() - kFew, " more") : "");
}

std::string SuggestedName(absl::Span<const std::string> names, absl::string_view name) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& other) {
    return absl::EqualsIgnoreCase(other, name);
  });
  return found == names.end() ? "" : absl::StrCat(" (did you mean \"", ShownText(*found), "\"?)");
}

absl::StatusOr<int> FindColumn(const TableSchema& schema, const std::string& column,
                               absl::string_view role) {
  const int num_columns = schema.columns_size();
  std::vector<int> found;
  std::vector<std::string> names;
  for (int i = 0; schema.has_header() && i < num_columns; ++i) {
    names.push_back(schema.columns(i).name());
    if (names.back() == column) found.push_back(i);
  }
  if (found.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat(role, ": columns ", found[0], " and ", found[1],
                                                   " are both called \"", ShownText(column),
                                                   "\"; use their numbers"));
  }
  if (found.size() == 1) return found[0];
  int number;
  if (absl::SimpleAtoi(column, &number)) {
    if (number >= -num_columns && number < num_columns) {
      return number < 0 ? number + num_columns : number;
    }
    return absl::InvalidArgumentError(absl::StrCat(role, ": no column ", number, "; allowed are ",
                                                   -num_columns, " to ", num_columns - 1));
  }
  return absl::InvalidArgumentError(absl::StrCat(
      role, ": no column \"", ShownText(column), "\"", SuggestedName(names, column), "; ",
      schema.has_header() ? absl::StrCat("there are ", FewNames(names))
                          : absl::StrCat("the file has no line of column names; allowed are ",
                                         -num_columns, " to ", num_columns - 1)));
}

absl::StatusOr<TableSchema> MakeSchema(absl::Span<const std::string> cells, bool has_header,
                                       const TableOptions& options) {
  TableSchema schema;
  if (has_header) schema.set_has_header(true);
  for (const std::string& cell : cells) {
    SchemaColumn* column = schema.add_columns();
    if (has_header) column->set_name(cell);
  }
  if (options.labels == LabelKind::kClasses && options.label_columns.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("label_column: got ", options.label_columns.size(),
                     " columns, expected one for classes; `model.target: NUMBERS` and LABELS may "
                     "have several"));
  }
  for (const std::string& name : options.id_columns) {
    LADDER_RETURN_IF_ERROR(SetRole(&schema, name, "id_columns", SchemaColumn::ID));
  }
  for (const std::string& name : options.ignore_columns) {
    LADDER_RETURN_IF_ERROR(SetRole(&schema, name, "ignore_columns", SchemaColumn::IGNORED));
  }
  for (const std::string& name : options.label_columns) {
    LADDER_RETURN_IF_ERROR(SetRole(&schema, name, "label_column", SchemaColumn::LABEL));
  }
  if (options.label_columns.empty()) {
    const int last = schema.columns_size() - 1;
    if (schema.columns(last).has_role()) {
      return absl::InvalidArgumentError(
          absl::StrCat("label_column: ", ColumnTitle(schema, last),
                       ", the last column, has the labels if no "
                       "other is named, but it is one of id_columns or ignore_columns"));
    }
    // Its name must not stand elsewhere: the labels would be an input, too.
    const std::string& name = schema.columns(last).name();
    if (!name.empty()) LADDER_RETURN_IF_ERROR(FindColumn(schema, name, "label_column").status());
    schema.mutable_columns(last)->set_role(SchemaColumn::LABEL);
  }
  for (SchemaColumn& column : *schema.mutable_columns()) {
    if (column.has_role()) continue;
    // Numbers that only tell rows apart look like an input, and ruin it.
    const bool is_id = absl::EqualsIgnoreCase(column.name(), "id");
    column.set_role(is_id ? SchemaColumn::ID : SchemaColumn::INPUT);
  }
  return schema;
}

absl::StatusOr<ColumnMatch> MatchColumns(const TableSchema& schema,
                                         absl::Span<const std::string> cells, bool needs_labels) {
  if (!schema.has_header()) return MatchPositions(schema, cells, needs_labels);
  LADDER_ASSIGN_OR_RETURN(ColumnMatch match, MatchNames(schema, cells, needs_labels));
  for (size_t i = 0; i < cells.size(); ++i) {
    if (match.sources[i] < 0) match.additional.push_back(cells[i]);
  }
  return match;
}

}  // namespace ladder
