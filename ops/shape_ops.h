#ifndef LADDER_OPS_SHAPE_OPS_H_
#define LADDER_OPS_SHAPE_OPS_H_

#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/tape.h"

// Operations that move elements and compute nothing. An axis is in [-rank, rank), -1 the last. What
// does not fit is a check failure.

namespace ladder {

// The same elements in row-major order, seen with another shape; y shares the memory of x.
//
//   dx += dy
//
// One size may be -1: it becomes what is left.
Variable Reshape(Variable x, absl::Span<const int64_t> sizes);

// The axes in another order: axis i of y is axis axes[i] of x. No axes: all of them reversed, so
// that Transpose(x) of a matrix is its transpose.
//
//   y[i0, i1, ...] = x[...]     dx += dy with the axes put back
Variable Transpose(Variable x, absl::Span<const int> axes = {});

// Entries [begin, end) along an axis.
//
//   y = x[..., begin:end, ...]     dx[..., begin:end, ...] += dy
//
// 0 <= begin <= end <= x.shape[axis].
Variable Slice(Variable x, int axis, int64_t begin, int64_t end);

// Entries [begin, end) along the first axis without a copy: y shares the memory of x.
//
//   y = x[begin:end]     dx[begin:end] += dy     x: [m, ...]     y: [end - begin, ...]
//
// 0 <= begin <= end <= m.
Variable Rows(Variable x, int64_t begin, int64_t end);

// Tensors one after another along an axis; their other sizes are equal. At least one.
//
//   y = [x[0] x[1] ...]     dx[i] += dy's part that came from it
Variable Concatenate(absl::Span<const Variable> x, int axis);

// Chosen entries along the first axis, such as the vectors of words; an entry may be chosen many
// times.
//
//   y[i] = x[rows[i]]     dx[rows[i]] += dy[i]     x: [m, ...]     y: [rows.size(), ...]
//
// Each row in [0, m).
Variable GatherRows(Variable x, absl::Span<const int32_t> rows);

// x repeated to a shape, by NumPy's rule (ops/arithmetic.h).
//
//   dx += the sum of dy over the copies
Variable BroadcastTo(Variable x, const Shape& shape);

// y = x, and no gradient: nothing is added to dx. y shares the memory of x.
Variable StopGradient(Variable x);

}  // namespace ladder

#endif  // LADDER_OPS_SHAPE_OPS_H_
