#ifndef LADDER_OPS_KERNELS_LAYER_NORM_H_
#define LADDER_OPS_KERNELS_LAYER_NORM_H_

#include "autodiff/context.h"
#include "autodiff/tensor.h"

namespace ladder::kernels {

// h = (x - mean(x)) / s for each row, s = sqrt(variance(x) + epsilon).
// x, h: rows of n     inverse_s: 1 / s, one number a row
void NormalizeRows(Context& context, Tensor x, Real epsilon, Tensor h, Tensor inverse_s);

// dx = (dh - mean(dh) - h mean(dh h)) / s for each row, with dh = dy gamma.
// gamma: [n]
void NormalizeRowsBackward(Context& context, Tensor h, Tensor inverse_s, Tensor dy, Tensor gamma,
                           Output dx);

}  // namespace ladder::kernels

#endif  // LADDER_OPS_KERNELS_LAYER_NORM_H_
