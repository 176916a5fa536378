#ifndef LADDER_OPS_ARITHMETIC_H_
#define LADDER_OPS_ARITHMETIC_H_

#include "autodiff/tape.h"

// Elementwise arithmetic. Operands broadcast as in NumPy: shapes are aligned at their last axes; at
// each axis the sizes are equal, or one of them is 1 or missing and that operand is repeated. Its
// gradient is then the sum over the copies. Shapes that do not fit are a check failure.
//
// Where a function has a kink or a pole, value and derivative are those of PyTorch.

namespace ladder {

// y = a + b     da += dy     db += dy
Variable Add(Variable a, Variable b);

// y = a - b     da += dy     db -= dy
Variable Subtract(Variable a, Variable b);

// y = a b     da += dy b     db += dy a
Variable Multiply(Variable a, Variable b);

// y = a / b     da += dy / b     db -= dy a / b^2
// Division by 0 gives an infinity or NaN.
Variable Divide(Variable a, Variable b);

// y = max(a, b)     da += dy where a > b, db += dy where b > a
// Where a = b each gets half of dy. NaN if one is NaN.
Variable Maximum(Variable a, Variable b);

// y = min(a, b), with gradients as those of Maximum.
Variable Minimum(Variable a, Variable b);

// y = a where condition is not 0, b elsewhere     da += dy or 0     db += 0 or dy
// All three broadcast. No gradient goes to the condition. What is not chosen does not matter, even
// if it is NaN.
Variable Where(Variable condition, Variable a, Variable b);

// y = scale x + shift     dx += scale dy
Variable Affine(Variable x, Real scale, Real shift);

// y = -x     dx -= dy
Variable Negate(Variable x);

// y = e^x     dx += dy y
Variable Exp(Variable x);

// y = ln x     dx += dy / x
// -infinity at 0, NaN below.
Variable Log(Variable x);

// y = sqrt(x)     dx += dy / (2 y)
// The derivative at 0 is infinite, and NaN where dy is 0 too; NaN below 0.
Variable Sqrt(Variable x);

// y = x^2     dx += 2 dy x
Variable Square(Variable x);

// y = |x|     dx += dy sign(x), with sign(0) = 0
Variable Abs(Variable x);

// y = x^exponent     dx += dy exponent x^(exponent - 1), 0 if the exponent is 0
// NaN for x < 0 unless the exponent is a whole number.
Variable Power(Variable x, Real exponent);

// y = min(max(x, low), high)     dx += dy where low <= x <= high, bounds included
// Dies unless low <= high; an infinity stands for no bound. NaN stays NaN.
Variable Clamp(Variable x, Real low, Real high);

inline Variable operator+(Variable a, Variable b) { return Add(a, b); }
inline Variable operator-(Variable a, Variable b) { return Subtract(a, b); }
inline Variable operator*(Variable a, Variable b) { return Multiply(a, b); }
inline Variable operator/(Variable a, Variable b) { return Divide(a, b); }
inline Variable operator-(Variable x) { return Negate(x); }

inline Variable operator+(Variable x, Real c) { return Affine(x, 1, c); }
inline Variable operator+(Real c, Variable x) { return Affine(x, 1, c); }
inline Variable operator-(Variable x, Real c) { return Affine(x, 1, -c); }
inline Variable operator-(Real c, Variable x) { return Affine(x, -1, c); }
inline Variable operator*(Variable x, Real c) { return Affine(x, c, 0); }
inline Variable operator*(Real c, Variable x) { return Affine(x, c, 0); }
inline Variable operator/(Variable x, Real c) { return Affine(x, 1 / c, 0); }

}  // namespace ladder

#endif  // LADDER_OPS_ARITHMETIC_H_
