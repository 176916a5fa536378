#include "ops/dropout.h"

#include "autodiff/op.h"
#include "kernels/elementwise.h"
#include "kernels/random.h"

namespace ladder {

Variable Dropout(Variable x, Real rate, RandomKey key) {
  Op op("Dropout", {{"x", x}}, {{"rate", rate}});
  op.Require(rate >= 0 && rate <= 1, "0 <= rate <= 1");
  const Variable y = op.Output(x.shape());
  const Tensor uniform = op.Scratch(x.shape());
  const Real scale = rate < 1 ? 1 / (1 - rate) : 0;
  const auto drop = [=](Real x, Real u) { return u < rate ? 0 : x * scale; };
  kernels::FillUniform(op.context(), key, uniform);
  kernels::Map(op.context(), y.value(), drop, x.value(), uniform);
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) kernels::Map(context, dx, drop, y.grad(), uniform);
  });
  return y;
}

}  // namespace ladder
