// Fits y = w x + b to points of y = 2 x + 1 by gradient descent, in a workspace of its own.

#include <cmath>
#include <cstdio>

#include "autodiff/context.h"
#include "autodiff/parameter.h"
#include "autodiff/tape.h"
#include "ops/arithmetic.h"
#include "ops/reduction.h"

int main() {
  constexpr int kPoints = 5;
  ladder::Real x_values[kPoints] = {-1, -0.5, 0, 0.5, 1};
  ladder::Real minus_y_values[kPoints];
  for (int i = 0; i < kPoints; ++i) minus_y_values[i] = -(2 * x_values[i] + 1);

  ladder::Context context;
  ladder::ParameterSet parameters;
  const ladder::Parameter& w = parameters.Add("w", {}, ladder::Zeros());
  const ladder::Parameter& b = parameters.Add("b", {}, ladder::Zeros());
  for (int step = 0; step < 200; ++step) {
    ladder::Tape tape(&context);
    const ladder::Variable x = tape.Constant({x_values, {kPoints}});
    const ladder::Variable minus_y = tape.Constant({minus_y_values, {kPoints}});
    const ladder::Variable error = tape.Use(w) * x + tape.Use(b) + minus_y;  // [5]
    tape.Backward(Mean(error * error));
    for (const auto& parameter : parameters.parameters()) {
      parameter->value()[0] -= ladder::Real{0.3} * parameter->grad()[0];
    }
    parameters.ZeroGrads();
  }

  const ladder::Real slope = w.value()[0];
  const ladder::Real intercept = b.value()[0];
  std::printf("y = %.4f x + %.4f, sizeof(Real) = %zu\n", slope, intercept, sizeof(ladder::Real));
  return std::abs(slope - 2) < 1e-4 && std::abs(intercept - 1) < 1e-4 ? 0 : 1;
}
