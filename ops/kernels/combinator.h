#ifndef LADDER_OPS_KERNELS_COMBINATOR_H_
#define LADDER_OPS_KERNELS_COMBINATOR_H_

#include "autodiff/context.h"
#include "autodiff/tensor.h"

namespace ladder::kernels {

// The mathematics is in ops/combinator.h. z, u, y: rows of n; a: [10, n] or [9, n].
void GaussCombinator(Context& context, Tensor z, Tensor u, Tensor a, Tensor y);
void SigmoidCombinator(Context& context, Tensor z, Tensor u, Tensor a, Tensor y);

// Write or add to dz and du, in this order, and add to da; each may be null, which stands for "not
// wanted".
void GaussCombinatorBackward(Context& context, Tensor z, Tensor u, Tensor a, Tensor dy, Gradient dz,
                             Gradient du, Tensor da);
void SigmoidCombinatorBackward(Context& context, Tensor z, Tensor u, Tensor a, Tensor dy,
                               Gradient dz, Gradient du, Tensor da);

}  // namespace ladder::kernels

#endif  // LADDER_OPS_KERNELS_COMBINATOR_H_
