#include "ops/combinator.h"

#include "autodiff/op.h"
#include "ops/kernels/combinator.h"

namespace ladder {
namespace {

void RequireShapes(const Op& op, Variable z, Variable u, Variable a) {
  op.Require(z.shape().rank() >= 1, "z.rank >= 1");
  op.Require(z.shape() == u.shape(), "z.shape == u.shape");
  op.Require(a.shape().rank() == 2 && a.shape()[1] == z.shape()[-1],
             "a.shape == [parameters, z.shape[-1]]");
  op.RequireNoOverlap();
}

}  // namespace

Variable GaussCombinator(Variable z, Variable u, Variable a) {
  Op op("GaussCombinator", {{"z", z}, {"u", u}, {"a", a}});
  RequireShapes(op, z, u, a);
  op.Require(a.shape()[0] == 10, "a.shape[0] == 10");
  const Variable y = op.Output(z.shape());
  kernels::GaussCombinator(op.context(), z.value(), u.value(), a.value(), y.value());
  op.Backward([=](Context& context) {
    // One after the other: if z and u are one variable, the kernel writes dz first.
    const Gradient dz = WholeGradientOf(z);
    const Gradient du = WholeGradientOf(u);
    kernels::GaussCombinatorBackward(context, z.value(), u.value(), a.value(), y.grad(), dz, du,
                                     GradientOf(a));
  });
  return y;
}

Variable SigmoidCombinator(Variable z, Variable u, Variable a) {
  Op op("SigmoidCombinator", {{"z", z}, {"u", u}, {"a", a}});
  RequireShapes(op, z, u, a);
  op.Require(a.shape()[0] == 9, "a.shape[0] == 9");
  const Variable y = op.Output(z.shape());
  kernels::SigmoidCombinator(op.context(), z.value(), u.value(), a.value(), y.value());
  op.Backward([=](Context& context) {
    const Gradient dz = WholeGradientOf(z);
    const Gradient du = WholeGradientOf(u);
    kernels::SigmoidCombinatorBackward(context, z.value(), u.value(), a.value(), y.grad(), dz, du,
                                       GradientOf(a));
  });
  return y;
}

}  // namespace ladder
