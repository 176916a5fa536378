#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "data/table.h"

namespace ladder {
namespace {

using SchemaColumn = TableSchema::Column;

// Those of the inputs, in their order.
std::vector<int> InputColumns(const TableSchema& schema) {
  std::vector<int> inputs;
  for (int i = 0; i < schema.columns_size(); ++i) {
    if (schema.columns(i).role() == SchemaColumn::INPUT) inputs.push_back(i);
  }
  return inputs;
}

double Fill(absl::Span<const float> values, size_t stride, absl::Span<const int64_t> rows,
            int num_categories) {
  std::vector<int64_t> counts(static_cast<size_t>(num_categories));
  double sum = 0;
  int64_t count = 0;
  for (const int64_t row : rows) {
    const float value = values[static_cast<size_t>(row) * stride];
    if (std::isnan(value)) continue;
    if (num_categories == 0) {
      sum += value;
      ++count;
    } else if (value != kNewCategory) {
      ++counts[static_cast<size_t>(value)];
    }
  }
  if (num_categories == 0) return count == 0 ? 0 : sum / static_cast<double>(count);
  return static_cast<double>(std::max_element(counts.begin(), counts.end()) - counts.begin());
}

}  // namespace

void FitMissing(const Dataset& training, absl::Span<const int64_t> rows, bool missing_indicator,
                TableSchema* schema) {
  const std::vector<int> inputs = InputColumns(*schema);
  const auto& values = std::get<std::vector<float>>(training.inputs);
  LADDER_CHECK(training.columns.size() == inputs.size()) << "a table of another schema";
  for (size_t i = 0; i < inputs.size(); ++i) {
    SchemaColumn* column = schema->mutable_columns(inputs[i]);
    column->set_fill(Fill(absl::MakeConstSpan(values).subspan(std::min(i, values.size())),
                          inputs.size(), rows, column->categories_size()));
    column->set_missing_indicator(missing_indicator && column->has_missing());
  }
}

void EncodeTable(const TableSchema& schema, Dataset* dataset) {
  const std::vector<int> inputs = InputColumns(schema);
  LADDER_CHECK(dataset->columns.size() == inputs.size()) << "a table of another schema";
  std::vector<Column> names;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const SchemaColumn& column = schema.columns(inputs[i]);
    const std::string& name = dataset->columns[i].name;
    if (column.categories().empty()) names.push_back({.name = name});
    for (const std::string& category : column.categories()) {
      names.push_back({.name = absl::StrCat(name, "=", category)});
    }
    if (column.missing_indicator()) names.push_back({.name = absl::StrCat(name, " is missing")});
  }

  const auto num_rows = static_cast<size_t>(dataset->num_examples());
  auto& from = std::get<std::vector<float>>(dataset->inputs);
  std::vector<float> to(num_rows * names.size());  // zeros
  size_t begin = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const SchemaColumn& column = schema.columns(inputs[i]);
    const auto fill = static_cast<float>(column.fill());
    const auto num_categories = static_cast<size_t>(column.categories_size());
    const size_t width = std::max<size_t>(num_categories, 1);
    for (size_t row = 0; row < num_rows; ++row) {
      float value = from[row * inputs.size() + i];
      float* const out = to.data() + row * names.size() + begin;
      const bool is_missing = std::isnan(value);
      if (is_missing) value = fill;
      if (num_categories == 0) {
        *out = value;
      } else if (value != kNewCategory) {
        out[static_cast<size_t>(value)] = 1;
      }
      if (column.missing_indicator()) out[width] = is_missing ? 1.0f : 0.0f;
    }
    begin += width + (column.missing_indicator() ? 1 : 0);
  }
  dataset->inputs = std::move(to);
  dataset->example_shape = {static_cast<int64_t>(names.size())};
  dataset->columns = std::move(names);
}

}  // namespace ladder
