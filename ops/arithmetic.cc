#include "ops/arithmetic.h"

#include "ops/elementwise.h"

namespace ladder {

Variable Add(Variable a, Variable b) {
  Op op("Add", {{"a", a}, {"b", b}});
  Shape shape;
  op.Require(kernels::BroadcastShapes(a.shape(), b.shape(), &shape), kBroadcastRule);
  const Variable y = op.Output(shape);
  kernels::BroadcastMap(
      op.context(), y.value(), [](Real a, Real b) { return a + b; }, a.value(), b.value());
  // Its derivatives need no temporary for what is summed.
  op.Backward([=](Context& context) {
    if (Tensor da = GradientOf(a)) kernels::SumAdd(context, y.grad(), da);
    if (Tensor db = GradientOf(b)) kernels::SumAdd(context, y.grad(), db);
  });
  return y;
}

Variable Multiply(Variable a, Variable b) {
  return BinaryOp(
      "Multiply", a, b, [](Real a, Real b) { return a * b; },
      [](Real dy, Real, Real b) { return dy * b; }, [](Real dy, Real a, Real) { return dy * a; });
}

}  // namespace ladder
