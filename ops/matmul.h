#ifndef LADDER_OPS_MATMUL_H_
#define LADDER_OPS_MATMUL_H_

#include "autodiff/tape.h"

namespace ladder {

struct MatMulOptions {
  bool transpose_a = false;  // a is stored as [..., k, m]
  bool transpose_b = false;  // b is stored as [..., n, k]
};

// Matrix product, of the last two axes.
//
//   y = a b          a: [..., m, k]   b: [..., k, n]   y: [..., m, n]
//   da += dy bT      db += aT dy
//
// The axes before them are a batch of matrices and broadcast as in NumPy (ops/arithmetic.h); the
// gradient of a matrix that is used for many is the sum. Dies unless the shapes fit.
Variable MatMul(Variable a, Variable b, const MatMulOptions& options = {});

// A fully connected layer without bias, over the last axis.
//
//   y = x w          x: [..., k]   w: [k, n]   y: [..., n]
//   dx += dy wT      dw += xT dy, rows summed
Variable Linear(Variable x, Variable w);

// A fully connected layer: y = x w + b, with b: [n] added to every row.
Variable Linear(Variable x, Variable w, Variable b);

}  // namespace ladder

#endif  // LADDER_OPS_MATMUL_H_
