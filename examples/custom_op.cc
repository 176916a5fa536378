// An operation of one's own, outside ops/: bazel run //examples:custom_op
//
// It is written with autodiff/op.h, as those in ops/ are, and its gradient is checked against
// central differences, in double: BUILD has the few lines for that.
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "autodiff/grad_check.h"
#include "autodiff/op.h"
#include "ops/reduction.h"

using namespace ladder;  // NOLINT

// The Huber loss of each element (Huber 1964): quadratic near zero, linear beyond delta.
//
//   y = x^2 / 2                      where |x| <= delta        dx = dy x
//       delta (|x| - delta / 2)      elsewhere                 dx = dy delta sign(x)
//
//   x, y: any shape     delta > 0
Variable Huber(Variable x, Real delta) {
  Op op("Huber", {{"x", x}}, {{"delta", delta}});
  op.Require(delta > 0, "delta > 0");
  const Variable y = op.Output(x.shape());
  for (int64_t i = 0; i < x.value().size(); ++i) {
    const Real size = std::abs(x.value()[i]);
    y.value()[i] = size <= delta ? size * size / 2 : delta * (size - delta / 2);
  }
  op.Backward([=](Context&) {         // called only if x needs a gradient
    const Output dx = GradientOf(x);  // to assign, or to add to if x was used before
    for (int64_t i = 0; i < x.value().size(); ++i) {
      dx.Put(i, y.grad()[i] * std::clamp(x.value()[i], -delta, delta));
    }
  });
  return y;
}

int main() {
  Context context;
  ParameterSet parameters;
  const Parameter& x = parameters.Add("x", {4, 3}, Normal(2, {.seed = 1}));
  const auto results =
      CheckGradients(context, parameters, [&](Tape& tape) { return Mean(Huber(tape.Use(x), 1)); });
  for (const GradCheckResult& result : results) {
    std::printf("%s: relative error %.1e\n", result.parameter.c_str(), result.relative_error);
    if (!(result.relative_error < 1e-6)) return 1;
  }
}
