#ifndef LADDER_OPS_ACTIVATION_H_
#define LADDER_OPS_ACTIVATION_H_

#include "autodiff/tape.h"

// Activation functions: y has the shape of x, and each element of y depends on one of x. NaN stays
// NaN. Where a function has a kink, its derivative is that of PyTorch.

namespace ladder {

// y = max(x, 0)     dx += dy where x > 0: the derivative at 0 is 0.
Variable Relu(Variable x);

// y = x where x > 0, slope x elsewhere     dx += dy or slope dy: the derivative at 0 is `slope`.
Variable LeakyRelu(Variable x, Real slope = Real{0.01});

// y = x where x > 0, alpha (e^x - 1) elsewhere     dx += dy or dy alpha e^x: at 0 it is alpha dy.
// (Clevert, Unterthiner and Hochreiter 2015.)
Variable Elu(Variable x, Real alpha = 1);

// y = 1 / (1 + e^-x)     dx += dy y (1 - y)
Variable Sigmoid(Variable x);

// y = tanh(x)     dx += dy (1 - y^2)
Variable Tanh(Variable x);

// y = ln(1 + e^x)     dx += dy sigmoid(x)
// Computed as max(x, 0) + ln(1 + e^-|x|), which neither overflows nor loses small values.
Variable Softplus(Variable x);

// y = x Phi(x)     dx += dy (Phi(x) + x phi(x))
// Phi(x) = (1 + erf(x / sqrt 2)) / 2 is the standard normal distribution function and phi its
// density (Hendrycks and Gimpel 2016): the exact form, not the approximation by tanh.
Variable Gelu(Variable x);

}  // namespace ladder

#endif  // LADDER_OPS_ACTIVATION_H_
