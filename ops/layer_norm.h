#ifndef LADDER_OPS_LAYER_NORM_H_
#define LADDER_OPS_LAYER_NORM_H_

#include "autodiff/tape.h"

namespace ladder {

// Normalization of each row by its own mean and variance (Ba, Kiros and Hinton 2016), over the last
// axis.
//
//   h = (x - mean(x)) / s with s = sqrt(variance(x) + epsilon)
//   y = gamma h + beta
//
//   x, y: [..., n]     gamma, beta: [n]
//
//   dh = dy gamma     dx += (dh - mean(dh) - h mean(dh h)) / s
//   dgamma += sum over rows of dy h     dbeta += sum over rows of dy
//
// The variance is the biased one, divided by n. Dies unless the shapes fit, n > 0 and epsilon >= 0.
Variable LayerNorm(Variable x, Variable gamma, Variable beta, Real epsilon = Real{1e-5});

}  // namespace ladder

#endif  // LADDER_OPS_LAYER_NORM_H_
