#include "ops/noise.h"

#include "autodiff/op.h"
#include "kernels/elementwise.h"
#include "kernels/random.h"

namespace ladder {

Variable GaussianNoise(Variable x, Real stddev, RandomKey key) {
  if (stddev == 0) return x;
  Op op("GaussianNoise", {{"x", x}}, {{"stddev", stddev}});
  op.Require(stddev > 0, "stddev >= 0");
  const Variable y = op.Output(x.shape());
  kernels::AddNormal(op.context(), key, stddev, x.value(), y.value());
  op.Backward([=](Context& context) {
    kernels::Map(
        context, GradientOf(x), [](Real dy) { return dy; }, y.grad());
  });
  return y;
}

}  // namespace ladder
