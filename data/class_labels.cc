#include "data/class_labels.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"

namespace ladder {

absl::Status SetClasses(const ClassNumbers& numbers, int num_classes, Dataset* dataset) {
  constexpr int64_t kMaxClasses = int64_t{1} << 24;  // what a float can count to
  const int64_t max_classes = num_classes > 0 ? num_classes : kMaxClasses;
  int32_t largest = kNoLabel;
  dataset->labels.reserve(numbers.values.size());
  for (size_t i = 0; i < numbers.values.size(); ++i) {
    const double value = numbers.values[i];
    if (std::isnan(value) || value < 0) {
      dataset->labels.push_back(kNoLabel);
      continue;
    }
    if (value != std::floor(value) || value >= static_cast<double>(max_classes)) {
      return absl::DataLossError(absl::StrCat(
          numbers.path, ": ", numbers.place(i), ": label ", value,
          "; allowed are the integers from 0 to ", max_classes - 1,
          numbers.missing.empty() ? "" : absl::StrCat(", and for no label ", numbers.missing)));
    }
    dataset->labels.push_back(static_cast<int32_t>(value));
    largest = std::max(largest, dataset->labels.back());
  }
  dataset->num_classes = num_classes > 0 ? num_classes : largest + 1;
  if (dataset->num_classes > 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(numbers.path, ": all ", numbers.values.size(),
                                          " labels are ", numbers.missing,
                                          ", which stands for no label"));
}

}  // namespace ladder
