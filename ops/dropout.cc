#include "ops/dropout.h"

#include "absl/strings/str_cat.h"
#include "autodiff/op.h"
#include "ops/kernels/elementwise.h"
#include "ops/kernels/random.h"

namespace ladder {

Variable Dropout(Variable x, Real rate, RandomKey key) {
  Op op("Dropout", {{"x", x}});
  const bool allowed = rate >= 0 && rate <= 1;
  op.Require(allowed, "0 <= rate <= 1", allowed ? "" : absl::StrCat("rate = ", rate));
  const Variable y = op.Output(x.shape());
  const Tensor uniform = op.Scratch(x.shape());
  const Real scale = rate < 1 ? 1 / (1 - rate) : 0;
  const auto drop = [=](Real x, Real u) { return u < rate ? 0 : x * scale; };
  kernels::FillUniform(op.context(), key, uniform);
  kernels::Map(op.context(), y.value(), drop, x.value(), uniform);
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(x)) kernels::MapAdd(context, dx, drop, y.grad(), uniform);
  });
  return y;
}

}  // namespace ladder
