#ifndef LADDER_OPS_BATCH_NORM_H_
#define LADDER_OPS_BATCH_NORM_H_

#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/tape.h"

namespace ladder {

struct BatchNormResult {
  Variable y;         // the shape of x
  Variable mean;      // [groups, n]
  Variable variance;  // [groups, n], biased: divided by the number of rows
};

// Batch normalisation by the batch's own statistics (Ioffe and Szegedy 2015), without scale and
// offset, apart for each group of rows.
//
//   y = (x - mean(x)) / sqrt(variance(x) + epsilon)      x: [rows, ..., n], n features
//
// Statistics are over all axes but the last. `group_rows` cuts the first axis into consecutive
// groups that are normalised apart, such as {labelled rows, unlabelled rows}; empty: one group. The
// sizes must add up to x.shape[0]; a group may have no rows, and its statistics are then 0.
//
// All three results carry gradients. With m rows (positions) in a group:
//   dx += (dy - mean(dy) - y mean(dy y)) / sqrt(variance + epsilon)
//         + dmean / m + dvariance 2 (x - mean) / m
BatchNormResult BatchNorm(Variable x, absl::Span<const int64_t> group_rows, Real epsilon);

// Normalisation by given statistics, such as those of a whole data set or of another path.
//
//   y = (x - mean) / sqrt(variance + epsilon)      x: [rows, ..., n]   mean, variance: [groups, n]
//
// `group_rows` as for BatchNorm; with one group the statistics may also be [n]. Gradients go to x,
// mean and variance:
//   dx += dy rstd    dmean += -sum(dy) rstd    dvariance += -sum(dy y) rstd^2 / 2,
// with rstd = 1 / sqrt(variance + epsilon) and sums over the rows of a group.
Variable Normalize(Variable x, Variable mean, Variable variance,
                   absl::Span<const int64_t> group_rows, Real epsilon);

}  // namespace ladder

#endif  // LADDER_OPS_BATCH_NORM_H_
