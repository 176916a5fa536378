#ifndef LADDER_OPS_REDUCTION_H_
#define LADDER_OPS_REDUCTION_H_

#include "absl/types/span.h"
#include "autodiff/tape.h"

// Reductions over axes, such as Sum(x, {0}) or Mean(x, {-2, -1}, /*keepdims=*/true).
//
// axes: each in [-rank, rank), none twice; no axes means all of them. The reduced axes disappear
// from the shape, or stay with size 1 if `keepdims`. A wrong axis is a check failure.

namespace ladder {

// y = sum of x     dx += dy
// The sum of nothing is 0.
Variable Sum(Variable x, absl::Span<const int> axes = {}, bool keepdims = false);

// y = (sum of x) / n, n the number of elements that make one of y     dx += dy / n
// Dies if n is 0.
Variable Mean(Variable x, absl::Span<const int> axes = {}, bool keepdims = false);

}  // namespace ladder

#endif  // LADDER_OPS_REDUCTION_H_
