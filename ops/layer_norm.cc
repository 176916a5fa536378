#include "ops/layer_norm.h"

#include "autodiff/op.h"
#include "kernels/broadcast.h"
#include "kernels/layer_norm.h"
#include "kernels/reduce.h"

namespace ladder {

Variable LayerNorm(Variable x, Variable gamma, Variable beta, Real epsilon) {
  Op op("LayerNorm", {{"x", x}, {"gamma", gamma}, {"beta", beta}}, {{"epsilon", epsilon}});
  op.Require(x.shape().rank() >= 1 && x.shape().cols() > 0, "x of rank >= 1, with features");
  const Shape features = {x.shape().cols()};
  op.Require(gamma.shape() == features, "gamma.shape == [x.shape[-1]]");
  op.Require(beta.shape() == features, "beta.shape == [x.shape[-1]]");
  op.Require(epsilon >= 0, "epsilon >= 0");
  const Variable y = op.Output(x.shape());
  const Tensor h = op.Scratch(x.shape());
  const Tensor inverse_s = op.Scratch(x.shape().With(-1, 1));
  kernels::NormalizeRows(op.context(), x.value(), epsilon, h, inverse_s);
  kernels::BroadcastMap(
      op.context(), y.value(), [](Real h, Real gamma, Real beta) { return gamma * h + beta; }, h,
      gamma.value(), beta.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::NormalizeRowsBackward(context, h, inverse_s, y.grad(), gamma.value(), dx);
    }
    if (const Output dgamma = GradientOf(gamma)) {
      kernels::UnbroadcastMap(
          context, dgamma, [](Real dy, Real h) { return dy * h; }, y.grad(), h);
    }
    if (const Output dbeta = GradientOf(beta)) kernels::Sum(context, y.grad(), dbeta);
  });
  return y;
}

}  // namespace ladder
