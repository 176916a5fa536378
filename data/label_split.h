#ifndef LADDER_DATA_LABEL_SPLIT_H_
#define LADDER_DATA_LABEL_SPLIT_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/philox.h"
#include "data/dataset.h"

// Which examples do what in a run. Rows are numbers of examples of a data set, in ascending order.

namespace ladder {

struct SetAside {
  std::vector<int64_t> rest;
  std::vector<int64_t> chosen;
};

// Chooses the last `count` of a permutation of `rows`. 0 <= count <= rows.size().
SetAside ChooseRows(std::vector<int64_t> rows, int64_t count, RandomKey key);

// The same, of the rows of each class `fraction` of their number, rounded: every row has a class.
// Data that has no classes counts as of one. 0 <= fraction <= 1.
SetAside ChooseFraction(const Dataset& dataset, std::vector<int64_t> rows, double fraction,
                        RandomKey key);

// Cuts a permutation of `rows` into `num_folds` parts that differ by one in size at most, and
// chooses part `fold`, from 0. If `balanced`, so do the numbers of each class in the parts.
SetAside ChooseFold(const Dataset& dataset, std::vector<int64_t> rows, bool balanced, int num_folds,
                    int fold, RandomKey key);

// Chooses the `num_labeled` of `rows` whose labels the training may see: of a permutation the first
// num_labeled / num_classes of each class if `balanced` and there are classes, else simply the
// first. All of `rows`, if num_labeled is their number, balanced or not. Every row has a label.
//
// An error unless 1 <= num_labeled <= rows.size() and, if balanced, num_classes divides it and each
// class has enough rows.
absl::StatusOr<std::vector<int64_t>> ChooseLabeled(const Dataset& dataset,
                                                   absl::Span<const int64_t> rows,
                                                   int64_t num_labeled, bool balanced,
                                                   RandomKey key);

}  // namespace ladder

#endif  // LADDER_DATA_LABEL_SPLIT_H_
