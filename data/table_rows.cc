#include "data/table_rows.h"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/status_macros.h"
#include "data/csv_text.h"
#include "data/table_cells.h"

namespace ladder {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

std::string NumberError(absl::string_view text, std::optional<float> number) {
  return absl::StrCat("got ", ShownText(text), ", expected a number",
                      number.has_value() ? " of at most 3.4e38" : "");
}

}  // namespace

RowParser::RowParser(const TableSchema& schema, LabelKind labels, ColumnMatch match,
                     const DelimitedText& text)
    : schema_(schema), labels_(labels), match_(std::move(match)), text_(text) {
  std::vector<Plan> of_schema;
  int num_ids = 0;
  for (int i = 0; i < schema.columns_size(); ++i) {
    const TableSchema::Column& column = schema.columns(i);
    Plan plan = {.column = i};
    if (column.role() == TableSchema::Column::INPUT) {
      plan.use = column.categories().empty() ? Use::kNumber : Use::kCategory;
      plan.slot = inputs_.size();
      inputs_.push_back(i);
      Indices indices;
      for (const std::string& category : column.categories()) {
        indices.try_emplace(category, static_cast<int32_t>(indices.size()));
      }
      categories_.push_back(std::move(indices));
    } else if (column.role() == TableSchema::Column::ID) {
      plan.use = Use::kId;
      plan.slot = static_cast<size_t>(num_ids++);
    } else if (column.role() == TableSchema::Column::LABEL && match_.has_labels) {
      plan.use = labels == LabelKind::kClasses   ? Use::kClass
                 : labels == LabelKind::kNumbers ? Use::kTarget
                                                 : Use::kFlag;
      plan.slot = targets_.size();
      targets_.push_back(i);
    }
    of_schema.push_back(plan);
  }
  int num_ids_here = 0;
  for (const int source : match_.sources) {
    plans_.push_back(source < 0 ? Plan() : of_schema[static_cast<size_t>(source)]);
    if (plans_.back().use == Use::kId) ++num_ids_here;
  }
  if (num_ids_here == num_ids) num_ids_ = num_ids;
  counts_.resize(inputs_.size());
  for (const std::string& name : schema.class_names()) {
    const auto index = static_cast<int32_t>(classes_.size());
    classes_.try_emplace(name, index);
    const std::optional<double> number = ParseDoubleCell(name);
    if (schema.classes_are_numbers() && number) class_numbers_.try_emplace(*number, index);
  }
}

Dataset RowParser::Start() const {
  Dataset dataset;
  dataset.example_shape = {static_cast<int64_t>(inputs_.size())};
  dataset.inputs = std::vector<float>();
  for (const int i : inputs_) {
    const TableSchema::Column& column = schema_.columns(i);
    dataset.columns.push_back(
        {.name = ColumnTitle(schema_, i),
         .categories = {column.categories().begin(), column.categories().end()},
         .has_missing = column.has_missing()});
  }
  if (!match_.has_labels) return dataset;
  if (labels_ == LabelKind::kClasses) {
    dataset.num_classes = schema_.class_names_size();
    dataset.class_names = {schema_.class_names().begin(), schema_.class_names().end()};
  } else {
    for (const int i : targets_) dataset.target_names.push_back(ColumnTitle(schema_, i));
  }
  return dataset;
}

absl::Status RowParser::Parse(const TextBlock& block, int64_t first_row, int64_t num_rows,
                              ThreadPool* pool, Dataset* dataset) {
  auto& inputs = std::get<std::vector<float>>(dataset->inputs);
  const size_t num_inputs = inputs_.size();
  const auto num_targets = static_cast<size_t>(dataset->num_targets());
  const size_t begin = inputs.size() / num_inputs;
  const size_t end = begin + static_cast<size_t>(num_rows);
  inputs.resize(end * num_inputs);
  dataset->targets.resize(end * num_targets);
  if (dataset->num_classes > 0) dataset->labels.resize(end);
  if (num_ids_ > 0) dataset->ids.resize(end);

  const auto num_tasks = static_cast<size_t>((num_rows + kRowsPerTask - 1) / kRowsPerTask);
  std::vector<absl::Status> statuses(num_tasks);
  std::vector<std::vector<Counts>> counts(num_tasks, std::vector<Counts>(num_inputs));
  ParallelFor(*pool, num_rows, kRowsPerTask, [&](int64_t from, int64_t to) {
    const auto task = static_cast<size_t>(from / kRowsPerTask);
    for (int64_t i = from; i < to && statuses[task].ok(); ++i) {
      const size_t out = begin + static_cast<size_t>(i);
      statuses[task] =
          ParseRow(block, block.Row(first_row + i),
                   {.inputs = inputs.data() + out * num_inputs,
                    .label = dataset->labels.data() + (dataset->labels.empty() ? 0 : out),
                    .targets = dataset->targets.data() + out * num_targets,
                    .id = dataset->ids.data() + (dataset->ids.empty() ? 0 : out)},
                   &counts[task]);
    }
  });
  for (const absl::Status& status : statuses) LADDER_RETURN_IF_ERROR(status);
  for (const std::vector<Counts>& of_task : counts) {
    for (size_t i = 0; i < num_inputs; ++i) {
      counts_[i].missing += of_task[i].missing;
      if (counts_[i].new_categories == 0) counts_[i].example = of_task[i].example;
      counts_[i].new_categories += of_task[i].new_categories;
    }
  }
  return absl::OkStatus();
}

absl::Status RowParser::ParseRow(const TextBlock& block, absl::string_view text, const Row& row,
                                 std::vector<Counts>* counts) const {
  RowCells cells(text, text_.separator());
  size_t num_cells = 0;
  std::vector<std::string> ids(static_cast<size_t>(num_ids_));
  while (cells.Next()) {
    const size_t i = num_cells++;
    if (i >= plans_.size()) continue;  // an error, once they are counted
    const Plan& plan = plans_[i];
    if (plan.use == Use::kSkip) continue;
    if (plan.use == Use::kId) {
      if (num_ids_ > 0) ids[plan.slot] = std::string(cells.text());
      continue;
    }
    const bool is_input = plan.use == Use::kNumber || plan.use == Use::kCategory;
    const std::string error =
        ParseCell(plan, cells.text(), row, is_input ? &(*counts)[plan.slot] : nullptr);
    if (!error.empty()) {
      const std::string title = ColumnTitle(schema_, plan.column);
      return text_.Error(block, cells.place(), absl::StrCat(ShownText(title), ": ", error));
    }
  }
  LADDER_RETURN_IF_ERROR(text_.CheckRow(block, text, cells, num_cells, plans_.size()));
  if (num_ids_ > 0) *row.id = absl::StrJoin(ids, ",");
  return absl::OkStatus();
}

std::string RowParser::ParseCell(const Plan& plan, absl::string_view text, const Row& row,
                                 Counts* counts) const {
  switch (plan.use) {
    case Use::kNumber: {
      const std::optional<float> number = ParseFloatCell(text);
      float& cell = row.inputs[plan.slot];
      if (number.has_value() && std::isfinite(*number)) {
        cell = *number;
      } else if (IsMissingCell(text)) {
        cell = kMissing;
        ++counts->missing;
      } else {
        return NumberError(text, number);
      }
      return "";
    }
    case Use::kCategory: {
      float& cell = row.inputs[plan.slot];
      if (IsMissingCell(text)) {
        cell = kMissing;
        ++counts->missing;
        return "";
      }
      const Indices& indices = categories_[plan.slot];
      const auto found = indices.find(text);
      cell = found == indices.end() ? kNewCategory : static_cast<float>(found->second);
      if (found == indices.end() && counts->new_categories++ == 0) {
        counts->example = ShownText(text);
      }
      return "";
    }
    case Use::kClass:
      return ParseClass(text, row.label);
    case Use::kTarget: {
      const std::optional<float> number = ParseFloatCell(text);
      if (number.has_value() ? !std::isfinite(*number) : !IsMissingCell(text)) {
        return NumberError(text, number);
      }
      row.targets[plan.slot] = number.value_or(kMissing);
      return "";
    }
    case Use::kFlag: {
      const std::optional<bool> flag = ParseFlagCell(text);
      if (!flag.has_value() && !IsMissingCell(text)) {
        return absl::StrCat("got ", ShownText(text),
                            ", expected a flag: 0 or 1, false or true, no or yes");
      }
      row.targets[plan.slot] = flag.has_value() ? static_cast<float>(*flag) : kMissing;
      return "";
    }
    case Use::kSkip:
    case Use::kId:
      break;
  }
  return "";
}

std::string RowParser::ParseClass(absl::string_view text, int32_t* label) const {
  // First, so that a class may be called -1 or NA if it is asked for.
  if (const auto found = classes_.find(text); found != classes_.end()) {
    *label = found->second;
    return "";
  }
  const std::optional<double> number = ParseDoubleCell(text);
  if (number.has_value()) {
    if (const auto found = class_numbers_.find(*number); found != class_numbers_.end()) {
      *label = found->second;
      return "";
    }
  }
  if (number == -1.0 || IsMissingCell(text)) {
    *label = kNoLabel;
    return "";
  }
  const std::vector<std::string> names(schema_.class_names().begin(), schema_.class_names().end());
  return absl::StrCat("got class ", ShownText(text), ", expected one of ", FewNames(names));
}

std::vector<std::string> RowParser::Notes() const {
  std::vector<std::string> notes;
  if (!match_.additional.empty()) {
    const size_t count = match_.additional.size();
    notes.push_back(absl::StrCat(
        count, count == 1 ? " column" : " columns", " that the training file does not have ",
        count == 1 ? "is" : "are", " ignored: ", FewNames({match_.additional.front()}),
        count == 1 ? "" : ", ..."));
  }
  int64_t missing = 0;
  size_t worst = 0;
  for (size_t i = 0; i < counts_.size(); ++i) {
    missing += counts_[i].missing;
    if (counts_[i].missing > counts_[worst].missing) worst = i;
  }
  if (missing > 0) {
    notes.push_back(absl::StrCat(missing, missing == 1 ? " cell is" : " cells are", " missing, ",
                                 counts_[worst].missing, " of them in ",
                                 ShownText(ColumnTitle(schema_, inputs_[worst]))));
  }
  for (size_t i = 0; i < counts_.size(); ++i) {
    const int64_t count = counts_[i].new_categories;
    if (count == 0) continue;
    notes.push_back(absl::StrCat(
        ShownText(ColumnTitle(schema_, inputs_[i])), ": ", count, count == 1 ? " value" : " values",
        " that the training file does not have, such as ", counts_[i].example));
  }
  return notes;
}

}  // namespace ladder
