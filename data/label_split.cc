#include "data/label_split.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace ladder {

absl::StatusOr<ValidationSplit> SplitValidation(int64_t num_rows, int64_t num_validation,
                                                RandomKey key) {
  if (num_validation < 0 || num_validation >= num_rows) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot set ", num_validation, " of ", num_rows,
                     " training examples aside for validation: allowed are 0 to ",
                     std::max<int64_t>(num_rows - 1, 0)));
  }
  std::vector<int64_t> order(static_cast<size_t>(num_rows));
  std::iota(order.begin(), order.end(), 0);
  PhiloxSequence(key).Shuffle(order);

  const auto middle = order.end() - num_validation;
  std::sort(order.begin(), middle);
  std::sort(middle, order.end());
  return ValidationSplit{.training = {order.begin(), middle}, .validation = {middle, order.end()}};
}

absl::StatusOr<std::vector<int64_t>> ChooseLabeled(const Dataset& dataset,
                                                   absl::Span<const int64_t> rows,
                                                   int64_t num_labeled, bool balanced,
                                                   RandomKey key) {
  const auto num_rows = static_cast<int64_t>(rows.size());
  if (!dataset.has_labels()) {
    return absl::InvalidArgumentError("cannot choose labeled examples: the data has no labels");
  }
  if (num_labeled < 1 || num_labeled > num_rows) {
    return absl::InvalidArgumentError(absl::StrCat("cannot choose ", num_labeled,
                                                   " labeled examples: allowed are 1 to ", num_rows,
                                                   ", the number of training examples"));
  }
  std::vector<int64_t> order(rows.begin(), rows.end());
  if (num_labeled == num_rows) return order;
  PhiloxSequence(key).Shuffle(order);

  std::vector<int64_t> chosen;
  if (!balanced) {
    chosen.assign(order.begin(), order.begin() + num_labeled);
  } else {
    if (num_labeled % dataset.num_classes != 0) {
      return absl::InvalidArgumentError(absl::StrCat(
          "cannot balance ", num_labeled, " labeled examples over ", dataset.num_classes,
          " classes: allowed are the multiples of ", dataset.num_classes, " and all ", num_rows));
    }
    const int64_t wanted = num_labeled / dataset.num_classes;
    std::vector<int64_t> counts(static_cast<size_t>(dataset.num_classes), 0);
    for (const int64_t row : order) {
      int64_t& count = counts[static_cast<size_t>(dataset.labels[static_cast<size_t>(row)])];
      if (count == wanted) continue;
      ++count;
      chosen.push_back(row);
    }
    for (size_t label = 0; label < counts.size(); ++label) {
      if (counts[label] == wanted) continue;
      return absl::InvalidArgumentError(
          absl::StrCat("cannot choose ", wanted, " labeled examples of each class: class ", label,
                       " has only ", counts[label], " among the training examples"));
    }
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace ladder
