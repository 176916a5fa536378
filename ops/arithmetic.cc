#include "ops/arithmetic.h"

#include <cmath>

#include "ops/elementwise.h"

namespace ladder {

Variable Add(Variable a, Variable b) {
  Op op("Add", {{"a", a}, {"b", b}});
  Shape shape;
  op.Require(kernels::BroadcastShapes(a.shape(), b.shape(), &shape), kBroadcastRule);
  const Variable y = op.Output(shape);
  kernels::BroadcastMap(
      op.context(), y.value(), [](Real a, Real b) { return a + b; }, a.value(), b.value());
  // What is summed is dy itself: unlike in BinaryOp, no temporary is needed.
  op.Backward([=](Context& context) {
    if (const Output da = GradientOf(a)) kernels::Sum(context, y.grad(), da);
    if (const Output db = GradientOf(b)) kernels::Sum(context, y.grad(), db);
  });
  return y;
}

Variable Subtract(Variable a, Variable b) {
  return BinaryOp(
      "Subtract", a, b, [](Real a, Real b) { return a - b; },
      [](Real dy, Real, Real) { return dy; }, [](Real dy, Real, Real) { return -dy; });
}

Variable Multiply(Variable a, Variable b) {
  return BinaryOp(
      "Multiply", a, b, [](Real a, Real b) { return a * b; },
      [](Real dy, Real, Real b) { return dy * b; }, [](Real dy, Real a, Real) { return dy * a; });
}

Variable Divide(Variable a, Variable b) {
  return BinaryOp(
      "Divide", a, b, [](Real a, Real b) { return a / b; },
      [](Real dy, Real, Real b) { return dy / b; },
      [](Real dy, Real a, Real b) { return -dy * (a / b) / b; });
}

Variable Maximum(Variable a, Variable b) {
  return BinaryOp(
      "Maximum", a, b, [](Real a, Real b) { return a > b || a != a ? a : b; },
      [](Real dy, Real a, Real b) { return a < b    ? 0
                                           : a == b ? dy / 2
                                                    : dy; },
      [](Real dy, Real a, Real b) { return a > b    ? 0
                                           : a == b ? dy / 2
                                                    : dy; });
}

Variable Minimum(Variable a, Variable b) {
  return BinaryOp(
      "Minimum", a, b, [](Real a, Real b) { return a < b || a != a ? a : b; },
      [](Real dy, Real a, Real b) { return a > b    ? 0
                                           : a == b ? dy / 2
                                                    : dy; },
      [](Real dy, Real a, Real b) { return a < b    ? 0
                                           : a == b ? dy / 2
                                                    : dy; });
}

Variable Where(Variable condition, Variable a, Variable b) {
  Op op("Where", {{"condition", condition}, {"a", a}, {"b", b}});
  Shape shape;
  op.Require(kernels::BroadcastShapes(a.shape(), b.shape(), &shape) &&
                 kernels::BroadcastShapes(shape, condition.shape(), &shape),
             kBroadcastRule);
  const Variable y = op.Output(shape);
  kernels::BroadcastMap(
      op.context(), y.value(), [](Real c, Real a, Real b) { return c != 0 ? a : b; },
      condition.value(), a.value(), b.value());
  op.Backward([=](Context& context) {
    if (const Output da = GradientOf(a)) {
      kernels::UnbroadcastMap(
          context, da, [](Real dy, Real c) { return c != 0 ? dy : 0; }, y.grad(),
          condition.value());
    }
    if (const Output db = GradientOf(b)) {
      kernels::UnbroadcastMap(
          context, db, [](Real dy, Real c) { return c != 0 ? 0 : dy; }, y.grad(),
          condition.value());
    }
  });
  return y;
}

Variable Affine(Variable x, Real scale, Real shift) {
  Op op("Affine", {{"x", x}}, {{"scale", scale}, {"shift", shift}});
  return UnaryOp(
      op, x, [=](Real x) { return scale * x + shift; },
      [=](Real dy, Real, Real) { return scale * dy; });
}

Variable Negate(Variable x) {
  return UnaryOp(
      "Negate", x, [](Real x) { return -x; }, [](Real dy, Real, Real) { return -dy; });
}

Variable Exp(Variable x) {
  return UnaryOp(
      "Exp", x, [](Real x) { return std::exp(x); }, [](Real dy, Real, Real y) { return dy * y; });
}

Variable Log(Variable x) {
  return UnaryOp(
      "Log", x, [](Real x) { return std::log(x); }, [](Real dy, Real x, Real) { return dy / x; });
}

Variable Sqrt(Variable x) {
  return UnaryOp(
      "Sqrt", x, [](Real x) { return std::sqrt(x); },
      [](Real dy, Real, Real y) { return dy / (2 * y); });
}

Variable Square(Variable x) {
  return UnaryOp(
      "Square", x, [](Real x) { return x * x; }, [](Real dy, Real x, Real) { return 2 * dy * x; });
}

Variable Abs(Variable x) {
  return UnaryOp(
      "Abs", x, [](Real x) { return std::abs(x); },
      [](Real dy, Real x, Real) { return dy * static_cast<Real>((x > 0) - (x < 0)); });
}

Variable Power(Variable x, Real exponent) {
  Op op("Power", {{"x", x}}, {{"exponent", exponent}});
  return UnaryOp(
      op, x, [=](Real x) { return std::pow(x, exponent); },
      [=](Real dy, Real x, Real) {
        return exponent == 0 ? 0 : dy * exponent * std::pow(x, exponent - 1);
      });
}

Variable Clamp(Variable x, Real low, Real high) {
  Op op("Clamp", {{"x", x}}, {{"low", low}, {"high", high}});
  op.Require(low <= high, "low <= high");
  return UnaryOp(
      op, x, [=](Real x) { return x < low    ? low
                                  : x > high ? high
                                             : x; },
      [=](Real dy, Real x, Real) { return x >= low && x <= high ? dy : 0; });
}

}  // namespace ladder
