#include "data/table_training.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "data/csv_text.h"
#include "data/table_cells.h"
#include "data/table_columns.h"
#include "data/table_rows.h"

namespace ladder {
namespace {

using SchemaColumn = TableSchema::Column;

// More is a mistake, such as a column of measurements taken for labels or of names for categories.
constexpr size_t kMaxClasses = 4096;
constexpr size_t kMaxCategories = 1000;
// Measurements that repeat at times have more values than this, and one for every second row.
constexpr size_t kManyValues = 20;

// What is asked of a column.
struct Question {
  bool is_asked = false;
  bool is_class = false;  // -1 is no value then
  size_t max_values = 0;  // how many distinct ones are kept, and one more
};

std::vector<std::string> Sorted(const absl::flat_hash_set<std::string>& values) {
  std::vector<std::string> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// What its cells say.
struct Facts {
  bool has_word = false;
  bool has_missing = false;
  int64_t num_values = 0;
  absl::flat_hash_set<std::string> values;

  void Look(absl::string_view text, const Question& question) {
    const bool is_number = IsNumberCell(text);
    if (!is_number && IsMissingCell(text)) {
      has_missing = true;
      return;
    }
    if (is_number && question.is_class && text[0] == '-' && ParseDoubleCell(text) == -1.0) return;
    has_word = has_word || !is_number;
    ++num_values;
    if (values.size() < question.max_values + 1 && question.max_values > 0 &&
        !values.contains(text)) {
      values.emplace(text);
    }
  }

  void Add(Facts&& other, const Question& question) {
    has_word = has_word || other.has_word;
    has_missing = has_missing || other.has_missing;
    num_values += other.num_values;
    if (values.empty()) values.swap(other.values);
    // Sorted, so that which of too many are kept does not change from run to run.
    for (const std::string& value : Sorted(other.values)) {
      if (values.size() > question.max_values) break;
      values.insert(value);
    }
  }
};

// Asks all rows, and checks that they have as many cells as there are questions.
absl::StatusOr<std::vector<Facts>> Ask(const DelimitedText& text,
                                       absl::Span<const TextBlock> blocks,
                                       const std::vector<Question>& questions, ThreadPool* pool) {
  std::vector<Facts> facts(questions.size());
  for (const TextBlock& block : blocks) {
    const int64_t num_tasks = (block.num_rows() + kRowsPerTask - 1) / kRowsPerTask;
    std::vector<std::vector<Facts>> of_tasks(static_cast<size_t>(num_tasks));
    std::vector<absl::Status> statuses(of_tasks.size());
    ParallelFor(*pool, block.num_rows(), kRowsPerTask, [&](int64_t begin, int64_t end) {
      const auto task = static_cast<size_t>(begin / kRowsPerTask);
      std::vector<Facts> found(questions.size());
      for (int64_t row = begin; row < end && statuses[task].ok(); ++row) {
        RowCells cells(block.Row(row), text.separator());
        size_t num_cells = 0;
        for (; cells.Next(); ++num_cells) {
          if (num_cells < questions.size() && questions[num_cells].is_asked) {
            found[num_cells].Look(cells.text(), questions[num_cells]);
          }
        }
        statuses[task] = text.CheckRow(block, block.Row(row), cells, num_cells, questions.size());
      }
      of_tasks[task] = std::move(found);
    });
    for (const absl::Status& status : statuses) LADDER_RETURN_IF_ERROR(status);
    for (std::vector<Facts>& found : of_tasks) {
      for (size_t i = 0; i < questions.size(); ++i) {
        facts[i].Add(std::move(found[i]), questions[i]);
      }
    }
  }
  return facts;
}

// Whether the first column counts the rows, as the index that pandas writes.
bool CountsRows(const DelimitedText& text, absl::Span<const TextBlock> blocks) {
  std::optional<int64_t> last;
  for (const TextBlock& block : blocks) {
    for (int64_t row = 0; row < block.num_rows(); ++row) {
      RowCells cells(block.Row(row), text.separator());
      int64_t number;
      if (!cells.Next() || !absl::SimpleAtoi(cells.text(), &number)) return false;
      if (last.has_value() && number - 1 != *last) return false;
      last = number;
    }
  }
  return true;
}

absl::Status SetClasses(const std::string& title, const Facts& facts, TableSchema* schema) {
  const auto error = [&](absl::string_view message) {
    return absl::InvalidArgumentError(absl::StrCat(ShownText(title), ": ", message));
  };
  std::vector<std::string> names = Sorted(facts.values);
  if (!facts.has_word) {
    std::map<double, std::string> numbers;
    bool has_fraction = false;
    for (const std::string& name : names) {
      const double number = *ParseDoubleCell(name);
      if (std::isinf(number)) return error(absl::StrCat("got ", ShownText(name), " for a class"));
      has_fraction = has_fraction || std::floor(number) != number;
      numbers.try_emplace(number, NumberText(number));
    }
    const auto num_rows = static_cast<size_t>(facts.num_values);
    if (has_fraction && names.size() > 1 &&
        (names.size() == num_rows || (names.size() > kManyValues && 2 * names.size() > num_rows) ||
         names.size() > kMaxClasses)) {
      return error(absl::StrCat(
          "the labels look like numbers, not classes, such as ", names.front(),
          "; if they are, set `model.target: NUMBERS`, else name their column in label_column"));
    }
    names.clear();
    for (const auto& [number, name] : numbers) names.push_back(name);
    schema->set_classes_are_numbers(true);
  }
  if (names.size() > kMaxClasses) {
    return error(absl::StrCat("the labels have more than ", kMaxClasses,
                              " different values, the most that classes may; if they are numbers, "
                              "set `model.target: NUMBERS`, else name their column in "
                              "label_column"));
  }
  std::sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    return !facts.has_word ? *ParseDoubleCell(a) < *ParseDoubleCell(b) : a < b;
  });
  if (names.size() < 2) {
    return error(absl::StrCat(
        names.empty() ? "no row has a label" : absl::StrCat("all labels are ", ShownText(names[0])),
        "; expected two classes or more (an empty cell and -1 say that a row has no label, unless "
        "class_names has -1)"));
  }
  schema->mutable_class_names()->Assign(names.begin(), names.end());
  return absl::OkStatus();
}

absl::Status SetLabels(const TableOptions& options, const std::string& title, const Facts& facts,
                       TableSchema* schema) {
  if (options.labels == LabelKind::kClasses && options.class_names.empty()) {
    return SetClasses(title, facts, schema);
  }
  if (options.labels == LabelKind::kClasses) {
    schema->mutable_class_names()->Assign(options.class_names.begin(), options.class_names.end());
    schema->set_classes_are_numbers(
        std::all_of(options.class_names.begin(), options.class_names.end(), IsNumberCell));
  }
  if (facts.num_values > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(ShownText(title), ": no row has a label; expected one at least"));
}

// "-12,5" and "1,000,000".
bool IsNumberWithComma(absl::string_view text) {
  return absl::StrContains(text, ',') && IsNumberCell(absl::StrReplaceAll(text, {{",", ""}})) &&
         absl::ascii_isdigit(static_cast<unsigned char>(text.back()));
}

// Of a column that is one of categories only since its cells are no numbers: what looks like a
// mistake.
absl::Status CheckWords(const std::string& title, const Facts& facts,
                        std::vector<std::string>* notes) {
  std::string example;  // the first in the alphabet
  bool are_numbers = true;
  for (const std::string& value : facts.values) {
    const bool has_comma = IsNumberWithComma(value);
    are_numbers = are_numbers && (has_comma || IsNumberCell(value));
    if (has_comma && (example.empty() || value < example)) example = value;
  }
  if (are_numbers && !example.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(ShownText(title), ": got ", example,
                     ", expected numbers with a decimal point and no commas, or the column in "
                     "categorical_columns"));
  }
  const size_t num_values = facts.values.size();
  if (num_values > kManyValues && 2 * num_values > static_cast<size_t>(facts.num_values)) {
    notes->push_back(absl::StrCat("column ", ShownText(title), " has ", num_values,
                                  " different words in ", facts.num_values,
                                  " rows; if they only name the rows, put it in id_columns"));
  }
  return absl::OkStatus();
}

absl::Status SetInput(const std::string& title, const Facts& facts, bool is_category,
                      SchemaColumn* column, std::vector<std::string>* all_missing) {
  if (facts.has_missing) column->set_has_missing(true);
  if (facts.num_values == 0) {
    column->set_role(SchemaColumn::IGNORED);
    all_missing->push_back(title);
    return absl::OkStatus();
  }
  if (!is_category) return absl::OkStatus();
  if (facts.values.size() > kMaxCategories) {
    return absl::InvalidArgumentError(absl::StrCat(
        ShownText(title), ": more than ", kMaxCategories,
        " different values that are no numbers, the most that categories may be; name the column "
        "in id_columns or ignore_columns"));
  }
  std::vector<std::string> names = Sorted(facts.values);
  // Numbers in their order; a file that has 1 and 1.0 keeps both.
  std::sort(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
    if (facts.has_word) return a < b;
    const double x = *ParseDoubleCell(a);
    const double y = *ParseDoubleCell(b);
    return x != y ? x < y : a < b;
  });
  column->mutable_categories()->Assign(names.begin(), names.end());
  return absl::OkStatus();
}

}  // namespace

absl::Status FitSchema(const DelimitedText& text, absl::Span<const TextBlock> blocks,
                       const TableOptions& options, ThreadPool* pool, TableSchema* schema,
                       std::vector<std::string>* notes) {
  const auto num_columns = static_cast<size_t>(schema->columns_size());
  const auto column = [&](size_t i) { return schema->mutable_columns(static_cast<int>(i)); };
  const auto title = [&](size_t i) { return ColumnTitle(*schema, static_cast<int>(i)); };

  std::vector<bool> is_category(num_columns);
  for (const std::string& name : options.categorical_columns) {
    LADDER_ASSIGN_OR_RETURN(const int i, FindColumn(*schema, name, "categorical_columns"));
    if (schema->columns(i).role() != SchemaColumn::INPUT) {
      return absl::InvalidArgumentError(
          absl::StrCat("categorical_columns: ", ShownText(ColumnTitle(*schema, i)),
                       " is no input; expected columns that are"));
    }
    is_category[static_cast<size_t>(i)] = true;
  }
  const std::string& first = column(0)->name();
  if (column(0)->role() == SchemaColumn::INPUT && schema->has_header() && !is_category[0] &&
      (first.empty() || first == "Unnamed: 0") && CountsRows(text, blocks)) {
    column(0)->set_role(SchemaColumn::IGNORED);
    notes->push_back(
        "the first column counts the rows and has no name, as pandas writes it: it is ignored");
  }

  for (size_t i = 0; i < num_columns; ++i) {
    const std::string& name = column(i)->name();
    if (column(i)->role() == SchemaColumn::ID &&
        std::find(options.id_columns.begin(), options.id_columns.end(), name) ==
            options.id_columns.end() &&
        absl::EqualsIgnoreCase(name, "id")) {
      notes->push_back(absl::StrCat("column ", name, " names the rows: it is no input"));
    }
  }

  const bool names_minus_one =
      std::any_of(options.class_names.begin(), options.class_names.end(),
                  [](const std::string& name) { return ParseDoubleCell(name) == -1.0; });
  std::vector<Question> questions(num_columns);
  for (size_t i = 0; i < num_columns; ++i) {
    const SchemaColumn::Role role = column(i)->role();
    questions[i].is_asked = role == SchemaColumn::INPUT || role == SchemaColumn::LABEL;
    // A class that is called -1 counts.
    questions[i].is_class =
        !names_minus_one && role == SchemaColumn::LABEL && options.labels == LabelKind::kClasses;
    if (questions[i].is_class && options.class_names.empty()) questions[i].max_values = kMaxClasses;
    if (is_category[i]) questions[i].max_values = kMaxCategories;
  }
  LADDER_ASSIGN_OR_RETURN(std::vector<Facts> facts, Ask(text, blocks, questions, pool));

  // The columns that turned out to have words are asked which.
  std::vector<Question> more(num_columns);
  for (size_t i = 0; i < num_columns; ++i) {
    if (column(i)->role() != SchemaColumn::INPUT || !facts[i].has_word || is_category[i]) continue;
    is_category[i] = true;
    more[i] = {.is_asked = true, .max_values = kMaxCategories};
  }
  if (std::any_of(more.begin(), more.end(), [](const Question& q) { return q.is_asked; })) {
    LADDER_ASSIGN_OR_RETURN(std::vector<Facts> words, Ask(text, blocks, more, pool));
    for (size_t i = 0; i < num_columns; ++i) {
      if (!more[i].is_asked) continue;
      facts[i] = std::move(words[i]);
      LADDER_RETURN_IF_ERROR(CheckWords(title(i), facts[i], notes));
    }
  }

  std::vector<std::string> all_missing;
  bool has_input = false;
  for (size_t i = 0; i < num_columns; ++i) {
    if (column(i)->role() == SchemaColumn::LABEL) {
      LADDER_RETURN_IF_ERROR(SetLabels(options, title(i), facts[i], schema));
    } else if (column(i)->role() == SchemaColumn::INPUT) {
      LADDER_RETURN_IF_ERROR(SetInput(title(i), facts[i], is_category[i], column(i), &all_missing));
      has_input = has_input || column(i)->role() == SchemaColumn::INPUT;
    }
  }
  if (!all_missing.empty()) {
    notes->push_back(
        absl::StrCat("without a value in any row, and ignored: ", FewNames(all_missing)));
  }
  if (has_input) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "no column is left for the inputs; expected one more than labels, ids, ignored columns and "
      "those that only count the rows or have no value");
}

}  // namespace ladder
