#ifndef LADDER_OPS_ARITHMETIC_H_
#define LADDER_OPS_ARITHMETIC_H_

#include "autodiff/tape.h"

// Elementwise arithmetic. Operands broadcast as in NumPy: shapes are aligned at their last axes; at
// each axis the sizes are equal, or one of them is 1 or missing and that operand is repeated. Its
// gradient is then the sum over the copies. Shapes that do not fit are a check failure.

namespace ladder {

// y = a + b     da += dy     db += dy
Variable Add(Variable a, Variable b);

// y = a b     da += dy b     db += dy a
Variable Multiply(Variable a, Variable b);

inline Variable operator+(Variable a, Variable b) { return Add(a, b); }
inline Variable operator*(Variable a, Variable b) { return Multiply(a, b); }

}  // namespace ladder

#endif  // LADDER_OPS_ARITHMETIC_H_
