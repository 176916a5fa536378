#ifndef LADDER_OPS_BATCH_NORM_H_
#define LADDER_OPS_BATCH_NORM_H_

#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/tape.h"
#include "base/philox.h"

namespace ladder {

struct BatchNormResult {
  Variable y;         // the shape of x
  Variable mean;      // [groups, n]
  Variable variance;  // [groups, n], biased: divided by the number of rows
};

// Batch normalization by the batch's own statistics (Ioffe and Szegedy 2015), without scale and
// offset, apart for each group of rows.
//
//   y = (x - mean(x)) / sqrt(variance(x) + epsilon)      x: [rows, ..., n], n features
//
// Statistics are over all axes but the last. `group_rows` cuts the first axis into consecutive
// groups that are normalized apart, such as {labeled rows, unlabeled rows}; empty: one group. The
// sizes must add up to x.shape[0]; a group may have no rows, and its statistics are then 0.
//
// All three results carry gradients. With m rows (positions) in a group:
//   dx += (dy - mean(dy) - y mean(dy y)) / sqrt(variance + epsilon)
//         + dmean / m + dvariance 2 (x - mean) / m
BatchNormResult BatchNorm(Variable x, absl::Span<const int64_t> group_rows, Real epsilon);

struct BatchNormReluOptions {
  absl::Span<const int64_t> group_rows = {};  // as for BatchNorm
  Real epsilon = 0;
  Real negative_slope = 0;  // not negative; 0: Relu, else LeakyRelu
  // Noise as GaussianNoise's, in the first `noisy_rows` entries of the first axis.
  Real noise_stddev = 0;
  int64_t noisy_rows = 0;
  RandomKey noise_key = {};
};

struct BatchNormReluResult {
  Variable z;               // normalized, with the noise: the shape of x
  Variable h;               // activation: the shape of x
  Variable mean, variance;  // as BatchNorm's
};

// A hidden layer after its matrix product: the numbers of
//
//   y = BatchNorm(x)    z = GaussianNoise(y)    h = LeakyRelu(z + beta, negative_slope)
//
// and their gradients, without the tensors between them; x is read three times, z and h are written
// once.
//
//   x: [rows, ..., n]    beta: [n]
//
// With ds = dh where h > 0 and negative_slope dh elsewhere: dbeta += sum(ds), and dx as BatchNorm's
// for dy = dz + ds. x and beta may not overlap, as views of one variable.
BatchNormReluResult BatchNormRelu(Variable x, Variable beta, const BatchNormReluOptions& options);

// Normalization by given statistics, such as those of a whole data set or of another path.
//
//   y = (x - mean) / sqrt(variance + epsilon)      x: [rows, ..., n]   mean, variance: [groups, n]
//
// `group_rows` as for BatchNorm; with one group the statistics may also be [n]. Gradients go to x,
// mean and variance:
//   dx += dy rstd    dmean += -sum(dy) rstd    dvariance += -sum(dy y) rstd^2 / 2,
// with rstd = 1 / sqrt(variance + epsilon) and sums over the rows of a group. As views of one
// variable, the arguments may not overlap.
Variable Normalize(Variable x, Variable mean, Variable variance,
                   absl::Span<const int64_t> group_rows, Real epsilon);

// How far a normalized x is from a target, squared, on average: what a level of a ladder network
// pays, with the numbers of MeanSquaredError(Normalize(x, mean, variance), target) and without the
// tensor between them.
//
//   y = mean(((x - mean) / sqrt(variance + epsilon) - target)^2)
//
//   x, target: [rows, ..., n], not empty    mean, variance, group_rows: as for Normalize    y: []
//
// With N elements and d = 2 dy / N (normalized x - target): dtarget += -d, and dx, dmean and
// dvariance as Normalize's for d. The arguments may be the same; as views of one variable, they may
// not overlap otherwise (the two operations may).
Variable NormalizedSquaredError(Variable x, Variable mean, Variable variance, Variable target,
                                absl::Span<const int64_t> group_rows, Real epsilon);

}  // namespace ladder

#endif  // LADDER_OPS_BATCH_NORM_H_
