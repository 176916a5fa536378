#ifndef LADDER_KERNELS_LAYER_NORM_H_
#define LADDER_KERNELS_LAYER_NORM_H_

#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder::kernels {

// h = (x - mean(x)) / s for each row, s = sqrt(variance(x) + epsilon).
// x, h: rows of n     inverse_s: 1 / s, one number a row
void NormalizeRows(Context& context, Tensor x, Real epsilon, Tensor h, Tensor inverse_s);

// dx = (dh - mean(dh) - h mean(dh h)) / s for each row, with dh = dy gamma.
// gamma: [n]
void NormalizeRowsBackward(Context& context, Tensor h, Tensor inverse_s, Tensor dy, Tensor gamma,
                           Output dx);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_LAYER_NORM_H_
