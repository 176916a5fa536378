#ifndef LADDER_OPS_REDUCTION_H_
#define LADDER_OPS_REDUCTION_H_

#include "absl/types/span.h"
#include "autodiff/tape.h"

// Reductions over axes, such as Sum(x, {0}) or Mean(x, {-2, -1}, /*keepdims=*/true).
//
// axes: each in [-rank, rank), none twice; no axes means all of them. The reduced axes disappear
// from the shape, or stay with size 1 if `keepdims`. A wrong axis is a check failure. Below, n is
// the number of elements that make one of y.

namespace ladder {

// y = sum of x     dx += dy
// The sum of nothing is 0.
Variable Sum(Variable x, absl::Span<const int> axes = {}, bool keepdims = false);

// y = (sum of x) / n     dx += dy / n
// Dies if n is 0.
Variable Mean(Variable x, absl::Span<const int> axes = {}, bool keepdims = false);

// y = the largest of x     dx += dy / t where x = y, t the number of elements that are the largest
// That is PyTorch's amax: equal elements share the gradient. NaN if one is. Dies if n is 0.
Variable Max(Variable x, absl::Span<const int> axes = {}, bool keepdims = false);

// y = (sum of (x - mean(x))^2) / (n - correction)     dx += dy 2 (x - mean(x)) / (n - correction)
// By default the biased variance, NumPy's; `correction` 1 gives the unbiased one, PyTorch's
// default. Dies unless n > correction.
Variable Variance(Variable x, absl::Span<const int> axes = {}, bool keepdims = false,
                  int correction = 0);

// y = ln sum e^x     dx += dy e^(x - y)
// The largest x is subtracted first: any finite x gives a finite y. If all x are -infinity, y is
// -infinity and nothing is added to dx. Dies if n is 0.
Variable LogSumExp(Variable x, absl::Span<const int> axes = {}, bool keepdims = false);

}  // namespace ladder

#endif  // LADDER_OPS_REDUCTION_H_
