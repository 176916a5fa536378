#ifndef LADDER_OPS_SOFTMAX_H_
#define LADDER_OPS_SOFTMAX_H_

#include "autodiff/tape.h"

namespace ladder {

// Softmax over the last axis.
//
//   y = e^x / sum e^x     dx += y (dy - sum(y dy))     x, y: [..., n]
//
// The largest x of a row is subtracted first: any finite x gives finite y. As in PyTorch, a row
// that holds NaN or +infinity, or nothing but -infinity, becomes NaN. Dies if x is a scalar.
Variable Softmax(Variable x);

// The logarithm of Softmax, without its rounding to 0.
//
//   y = x - ln sum e^x     dx += dy - e^y sum(dy)     x, y: [..., n]
Variable LogSoftmax(Variable x);

}  // namespace ladder

#endif  // LADDER_OPS_SOFTMAX_H_
