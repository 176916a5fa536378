#ifndef LADDER_KERNELS_COPY_H_
#define LADDER_KERNELS_COPY_H_

#include <cstdint>

#include "absl/types/span.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

// Kernels that move elements, each with its way back.

namespace ladder::kernels {

// Blocks of consecutive elements, each `stride` elements after the one before.
struct Blocks {
  Real* data;
  int64_t stride;
};

// Copies `count` blocks of `width` elements from x to y, or adds them to those of y.
void CopyBlocks(Context& context, int64_t count, int64_t width, Blocks x, Blocks y, bool add);

// y = x with its axes in another order: axis i of y is axis axes[i] of x, in [0, rank).
void Permute(Context& context, Tensor x, absl::Span<const int> axes, Tensor y);
// The way back: dx = dy or dx += dy, where y = Permute(x, axes).
void PermuteBackward(Context& context, Tensor dy, absl::Span<const int> axes, Output dx);

// y[i] = x[rows[i]], where x[r] is entry r along the first axis.
void Gather(Context& context, Tensor x, absl::Span<const int32_t> rows, Tensor y);
// dx[rows[i]] += dy[i], in the order of i; from 0 on, if dx is to be assigned.
void GatherBackward(Context& context, Tensor dy, absl::Span<const int32_t> rows, Output dx);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_COPY_H_
