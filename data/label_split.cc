#include "data/label_split.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace ladder {

namespace {

// The class of a row; 0 in data without classes.
size_t ClassOf(const Dataset& dataset, int64_t row) {
  return dataset.num_classes > 0 ? static_cast<size_t>(dataset.labels[static_cast<size_t>(row)])
                                 : 0;
}

size_t NumClasses(const Dataset& dataset) {
  return static_cast<size_t>(std::max(dataset.num_classes, 1));
}

SetAside Sorted(SetAside parts) {
  std::sort(parts.rest.begin(), parts.rest.end());
  std::sort(parts.chosen.begin(), parts.chosen.end());
  return parts;
}

}  // namespace

SetAside ChooseRows(std::vector<int64_t> rows, int64_t count, RandomKey key) {
  LADDER_CHECK(count >= 0 && count <= static_cast<int64_t>(rows.size()))
      << "cannot choose " << count << " of " << rows.size() << " rows";
  PhiloxSequence(key).Shuffle(rows);
  const auto middle = rows.end() - count;
  return Sorted({.rest = {rows.begin(), middle}, .chosen = {middle, rows.end()}});
}

SetAside ChooseFraction(const Dataset& dataset, std::vector<int64_t> rows, double fraction,
                        RandomKey key) {
  PhiloxSequence(key).Shuffle(rows);
  std::vector<int64_t> wanted(NumClasses(dataset), 0);
  for (const int64_t row : rows) ++wanted[ClassOf(dataset, row)];
  for (int64_t& count : wanted) count = std::llround(fraction * static_cast<double>(count));
  SetAside parts;
  for (const int64_t row : rows) {
    int64_t& count = wanted[ClassOf(dataset, row)];
    (count > 0 ? parts.chosen : parts.rest).push_back(row);
    --count;
  }
  return Sorted(std::move(parts));
}

SetAside ChooseFold(const Dataset& dataset, std::vector<int64_t> rows, bool balanced, int num_folds,
                    int fold, RandomKey key) {
  LADDER_CHECK(0 <= fold && fold < num_folds) << "fold " << fold << " of " << num_folds;
  PhiloxSequence(key).Shuffle(rows);
  if (balanced) {
    std::stable_sort(rows.begin(), rows.end(), [&dataset](int64_t a, int64_t b) {
      return ClassOf(dataset, a) < ClassOf(dataset, b);
    });
  }
  SetAside parts;
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool is_chosen = i % static_cast<size_t>(num_folds) == static_cast<size_t>(fold);
    (is_chosen ? parts.chosen : parts.rest).push_back(rows[i]);
  }
  return Sorted(std::move(parts));
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
  if (!balanced || dataset.num_classes == 0) {
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
          absl::StrCat("cannot choose ", wanted, " labeled examples of each class: class ",
                       dataset.ClassName(static_cast<int64_t>(label)), " has only ", counts[label],
                       " among the training examples"));
    }
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace ladder
