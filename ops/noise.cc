#include "ops/noise.h"

#include "absl/strings/str_cat.h"
#include "autodiff/op.h"
#include "ops/kernels/elementwise.h"
#include "ops/kernels/random.h"

namespace ladder {

Variable GaussianNoise(Variable x, Real stddev, RandomKey key) {
  if (stddev == 0) return x;
  Op op("GaussianNoise", {{"x", x}});
  op.Require(stddev > 0, "stddev >= 0", stddev > 0 ? "" : absl::StrCat("stddev = ", stddev));
  const Variable y = op.Output(x.shape());
  kernels::AddNormal(op.context(), key, stddev, x.value(), y.value());
  op.Backward([=](Context& context) {
    kernels::MapGradient(
        context, WholeGradientOf(x), [](Real dy) { return dy; }, y.grad());
  });
  return y;
}

}  // namespace ladder
