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

struct ValidationSplit {
  std::vector<int64_t> training;
  std::vector<int64_t> validation;
};

// Sets aside the last `num_validation` rows of a permutation of 0, ..., num_rows - 1. An error
// unless 0 <= num_validation < num_rows.
absl::StatusOr<ValidationSplit> SplitValidation(int64_t num_rows, int64_t num_validation,
                                                RandomKey key);

// Chooses the `num_labeled` of `rows` whose labels the training may see: of a permutation the first
// num_labeled / num_classes of each class if `balanced`, else simply the first. All of `rows`, if
// num_labeled is their number, balanced or not.
//
// An error unless 1 <= num_labeled <= rows.size() and, if balanced, num_classes divides it and each
// class has enough rows.
absl::StatusOr<std::vector<int64_t>> ChooseLabeled(const Dataset& dataset,
                                                   absl::Span<const int64_t> rows,
                                                   int64_t num_labeled, bool balanced,
                                                   RandomKey key);

}  // namespace ladder

#endif  // LADDER_DATA_LABEL_SPLIT_H_
