#ifndef LADDER_OPS_ACTIVATION_H_
#define LADDER_OPS_ACTIVATION_H_

#include "autodiff/tape.h"

// Activation functions: y has the shape of x, and each element of y depends on one of x.

namespace ladder {

// y = max(x, 0)     dx += dy where x > 0: the derivative at 0 is 0. NaN stays NaN.
Variable Relu(Variable x);

// y = x where x > 0, slope x elsewhere     dx += dy or slope dy: the derivative at 0 is `slope`.
Variable LeakyRelu(Variable x, Real slope = Real{0.01});

}  // namespace ladder

#endif  // LADDER_OPS_ACTIVATION_H_
