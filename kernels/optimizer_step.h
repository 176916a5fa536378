#ifndef LADDER_KERNELS_OPTIMIZER_STEP_H_
#define LADDER_KERNELS_OPTIMIZER_STEP_H_

#include "tensor/context.h"
#include "tensor/tensor.h"

// A step of an optimizer for parts of its slabs, all of one size, that begin and end on cache lines
// (Parameter::slab_begin()). Gradients are set to 0 as they are used. An element whose gradient is
// not finite is left as it is, its gradient too. Returns whether all gradients are finite.

namespace ladder::kernels {

// m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
// value = keep value - step_size m / (sqrt(v) + epsilon)
struct AdamCoefficients {
  Real beta1, beta2;
  Real one_minus_beta1, one_minus_beta2;
  Real step_size;  // with the bias corrections
  Real epsilon;
  Real keep;  // of the value, after weight decay
};

bool AdamStep(Context& context, const AdamCoefficients& coefficients, Tensor values, Tensor grads,
              Tensor m, Tensor v);

// g' = g + weight_decay value        m = momentum m + g'
// value -= learning_rate (g_share g' + m_share m)
struct SgdCoefficients {
  Real learning_rate;
  Real momentum;
  Real weight_decay;
  Real g_share, m_share;
};

bool SgdStep(Context& context, const SgdCoefficients& coefficients, Tensor values, Tensor grads,
             Tensor m);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_OPTIMIZER_STEP_H_
