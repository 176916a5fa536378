#ifndef LADDER_OPS_MATMUL_H_
#define LADDER_OPS_MATMUL_H_

#include "autodiff/tape.h"

namespace ladder {

// Matrix product.
//
//   y = a b          a: [m, k]   b: [k, n]   y: [m, n]
//   da += dy bT      db += aT dy
Variable MatMul(Variable a, Variable b);

// A fully connected layer without bias, over the last axis.
//
//   y = x w          x: [..., k]   w: [k, n]   y: [..., n]
//   dx += dy wT      dw += xT dy, rows summed
Variable Linear(Variable x, Variable w);

// A fully connected layer: y = x w + b, with b: [n] added to every row.
Variable Linear(Variable x, Variable w, Variable b);

}  // namespace ladder

#endif  // LADDER_OPS_MATMUL_H_
