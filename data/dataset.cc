#include "data/dataset.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace ladder {

int64_t Dataset::example_size() const {
  int64_t size = 1;
  for (const int64_t extent : example_shape) size *= extent;
  return size;
}

int64_t Dataset::num_examples() const {
  const int64_t size = example_size();
  if (size == 0) return 0;
  return std::visit(
      [size](const auto& values) { return static_cast<int64_t>(values.size()) / size; }, inputs);
}

bool Dataset::IsLabeled(int64_t row) const {
  if (num_classes > 0) return labels[static_cast<size_t>(row)] != kNoLabel;
  const auto first = targets.begin() + row * num_targets();
  return std::any_of(first, first + num_targets(), [](float x) { return !std::isnan(x); });
}

std::string Dataset::ClassName(int64_t label) const {
  return class_names.empty() ? absl::StrCat(label) : class_names[static_cast<size_t>(label)];
}

template <class T>
void Dataset::CopyRows(absl::Span<const int64_t> rows, T* out) const {
  const int64_t size = example_size();
  const int64_t limit = num_examples();
  const T factor = static_cast<T>(scale);
  std::visit(
      [&](const auto& values) {
        for (const int64_t row : rows) {
          LADDER_CHECK(row >= 0 && row < limit) << "row " << row << " of " << limit;
          const auto* example = values.data() + row * size;
          for (int64_t i = 0; i < size; ++i) out[i] = static_cast<T>(example[i]) * factor;
          out += size;
        }
      },
      inputs);
}

template void Dataset::CopyRows(absl::Span<const int64_t> rows, float* out) const;
template void Dataset::CopyRows(absl::Span<const int64_t> rows, double* out) const;

std::vector<float>& Dataset::MakeFloats() {
  if (auto* bytes = std::get_if<std::vector<uint8_t>>(&inputs)) {
    inputs = std::vector<float>(bytes->begin(), bytes->end());
  }
  auto& values = std::get<std::vector<float>>(inputs);
  const auto factor = static_cast<float>(scale);
  for (float& value : values) value *= factor;
  scale = 1;
  return values;
}

void Dataset::CopyLabels(absl::Span<const int64_t> rows, int32_t* out) const {
  const int64_t limit = static_cast<int64_t>(labels.size());
  for (const int64_t row : rows) {
    LADDER_CHECK(row >= 0 && row < limit) << "label of row " << row << " of " << limit;
    *out++ = labels[static_cast<size_t>(row)];
  }
}

}  // namespace ladder
