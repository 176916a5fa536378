#ifndef LADDER_KERNELS_REDUCE_H_
#define LADDER_KERNELS_REDUCE_H_

#include "tensor/context.h"
#include "tensor/tensor.h"

// Reductions of x to y. The shape of y says over which axes: where its size is 1 (or the axis is
// missing in front) and that of x is not. So a reduction is the way back of a broadcast.
//
// One thread computes one element of y, in an order that depends on the shapes alone: the result
// has the same bits on any number of threads. Long sums are made of sums of blocks, whose rounding
// errors do not grow with the length.

namespace ladder::kernels {

// y = the sum over x, or y += it; 0 if there is nothing to add.
void Sum(Context& context, Tensor x, Output y);
// y = the largest of x; NaN if there is one, -infinity if there is nothing.
void Max(Context& context, Tensor x, Tensor y);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_REDUCE_H_
