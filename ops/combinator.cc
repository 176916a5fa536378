#include "ops/combinator.h"

#include <algorithm>
#include <numeric>

#include "autodiff/op.h"
#include "kernels/combinator.h"

namespace ladder {

static_assert(kMaxMlpHiddenUnits == kernels::kMaxMlpHidden);

namespace {

void RequireShapes(const Op& op, Variable z, Variable u, Variable a) {
  op.Require(z.shape().rank() >= 1, "z.rank >= 1");
  op.Require(z.shape() == u.shape(), "z.shape == u.shape");
  op.Require(a.shape().rank() == 2 && a.shape()[1] == z.shape()[-1],
             "a.shape == [parameters, z.shape[-1]]");
  op.RequireNoOverlap();
}

Variable FormulaCombinator(const char* name, kernels::Formula formula, Variable z, Variable u,
                           Variable a) {
  Op op(name, {{"z", z}, {"u", u}, {"a", a}});
  RequireShapes(op, z, u, a);
  op.Require(a.shape()[0] == kernels::NumParameters(formula), "a.shape[0] == %d",
             kernels::NumParameters(formula));
  const Variable y = op.Output(z.shape());
  kernels::Combinator(op.context(), formula, z.value(), u.value(), a.value(), y.value());
  op.Backward([=](Context& context) {
    // One after the other: if z and u are one variable, the kernel writes dz first.
    const Output dz = GradientOf(z);
    const Output du = GradientOf(u);
    kernels::CombinatorBackward(context, formula, z.value(), u.value(), a.value(), y.grad(), dz, du,
                                GradientOf(a));
  });
  return y;
}

}  // namespace

Variable GaussCombinator(Variable z, Variable u, Variable a) {
  return FormulaCombinator("GaussCombinator", kernels::Formula::kGauss, z, u, a);
}

Variable GatedGaussCombinator(Variable z, Variable u, Variable a) {
  return FormulaCombinator("GatedGaussCombinator", kernels::Formula::kGatedGauss, z, u, a);
}

Variable SigmoidCombinator(Variable z, Variable u, Variable a) {
  return FormulaCombinator("SigmoidCombinator", kernels::Formula::kSigmoid, z, u, a);
}

Variable NoMultCombinator(Variable z, Variable u, Variable a) {
  return FormulaCombinator("NoMultCombinator", kernels::Formula::kNoMult, z, u, a);
}

Variable NoSigCombinator(Variable z, Variable u, Variable a) {
  return FormulaCombinator("NoSigCombinator", kernels::Formula::kNoSig, z, u, a);
}

Variable LinearCombinator(Variable z, Variable u, Variable a) {
  return FormulaCombinator("LinearCombinator", kernels::Formula::kLinear, z, u, a);
}

int64_t MlpCombinatorParameters(absl::Span<const int32_t> hidden_units, bool augmented) {
  int64_t below = augmented ? 3 : 2;
  int64_t count = 0;
  for (const int32_t units : hidden_units) {
    count += (below + 1) * units;
    below = units;
  }
  return count + below + 1;
}

Variable MlpCombinator(Variable z, Variable u, Variable a, absl::Span<const int32_t> hidden_units,
                       bool augmented) {
  Op op("MlpCombinator", {{"z", z}, {"u", u}, {"a", a}},
        {{"hidden_units", hidden_units}, {"augmented", augmented}});
  RequireShapes(op, z, u, a);
  const int64_t all = std::accumulate(hidden_units.begin(), hidden_units.end(), int64_t{0});
  op.Require(!hidden_units.empty() &&
                 *std::min_element(hidden_units.begin(), hidden_units.end()) >= 1 &&
                 all <= kMaxMlpHiddenUnits,
             "layers of 1 or more hidden units, at most 64 in all");
  op.Require(a.shape()[0] == MlpCombinatorParameters(hidden_units, augmented),
             "a.shape[0] == MlpCombinatorParameters(hidden_units, augmented)");
  const Variable y = op.Output(z.shape());
  const kernels::Mlp mlp = {op.Keep(hidden_units), augmented};
  kernels::MlpCombinator(op.context(), mlp, z.value(), u.value(), a.value(), y.value());
  op.Backward([=](Context& context) {
    const Output dz = GradientOf(z);
    const Output du = GradientOf(u);
    kernels::MlpCombinatorBackward(context, mlp, z.value(), u.value(), a.value(), y.grad(), dz, du,
                                   GradientOf(a));
  });
  return y;
}

}  // namespace ladder
