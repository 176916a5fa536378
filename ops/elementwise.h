#ifndef LADDER_OPS_ELEMENTWISE_H_
#define LADDER_OPS_ELEMENTWISE_H_

#include "autodiff/op.h"
#include "kernels/broadcast.h"
#include "kernels/elementwise.h"

// What elementwise operations are written with, in ops/ and elsewhere: formulas of one element.

namespace ladder {

inline constexpr char kBroadcastRule[] =
    "shapes that broadcast: counted from the last axis, sizes are equal or one of them is 1";

// y = f(x), dx = derivative(dy, x, y).
//
//   Variable Square(Variable x) {
//     return UnaryOp(
//         "Square", x, [](Real x) { return x * x; },
//         [](Real dy, Real x, Real) { return 2 * dy * x; });
//   }
template <class F, class Derivative>
Variable UnaryOp(const char* name, Variable x, const F& f, const Derivative& derivative) {
  Op op(name, {{"x", x}});
  return UnaryOp(op, x, f, derivative);
}

// The same of an Op with attributes or more requirements.
template <class F, class Derivative>
Variable UnaryOp(Op& op, Variable x, const F& f, const Derivative& derivative) {
  const Variable y = op.Output(x.shape());
  kernels::Map(op.context(), y.value(), f, x.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::Map(context, dx, derivative, y.grad(), x.value(), y.value());
    }
  });
  return y;
}

// y = f(a, b), broadcast; da = derivative_a(dy, a, b) and db = derivative_b(dy, a, b), summed
// over the axes along which a or b was repeated.
template <class F, class DerivativeA, class DerivativeB>
Variable BinaryOp(const char* name, Variable a, Variable b, const F& f,
                  const DerivativeA& derivative_a, const DerivativeB& derivative_b) {
  Op op(name, {{"a", a}, {"b", b}});
  Shape shape;
  op.Require(kernels::BroadcastShapes(a.shape(), b.shape(), &shape), kBroadcastRule);
  const Variable y = op.Output(shape);
  kernels::BroadcastMap(op.context(), y.value(), f, a.value(), b.value());
  op.Backward([=](Context& context) {
    if (const Output da = GradientOf(a)) {
      kernels::UnbroadcastMap(context, da, derivative_a, y.grad(), a.value(), b.value());
    }
    if (const Output db = GradientOf(b)) {
      kernels::UnbroadcastMap(context, db, derivative_b, y.grad(), a.value(), b.value());
    }
  });
  return y;
}

}  // namespace ladder

#endif  // LADDER_OPS_ELEMENTWISE_H_
