// Fits y = w x + b to points of y = 2 x + 1 with @ladder's libraries, in a workspace of its own.

#include <cmath>
#include <cstdint>
#include <cstdio>

#include "absl/types/span.h"
#include "autodiff/parameter.h"
#include "autodiff/tape.h"
#include "data/batcher.h"
#include "ops/arithmetic.h"
#include "ops/losses.h"
#include "tensor/context.h"
#include "training/sgd.h"

int main() {
  constexpr int kBatch = 2;
  ladder::Context context;
  ladder::ParameterSet parameters;
  const ladder::Parameter& w = parameters.Add("w", {}, ladder::Zeros());
  const ladder::Parameter& b = parameters.Add("b", {}, ladder::Zeros());
  ladder::Sgd sgd(&parameters, {.learning_rate = 0.3});
  ladder::EpochBatcher batches({-2, -1, 0, 1, 2}, kBatch, {.seed = 1});  // the values of x
  for (int step = 0; step < 500; ++step) {
    ladder::Real x_values[kBatch];
    ladder::Real y_values[kBatch];
    const absl::Span<const int64_t> batch = batches.Batch(step);
    for (int i = 0; i < kBatch; ++i) {
      x_values[i] = static_cast<ladder::Real>(batch[i]) / 2;
      y_values[i] = 2 * x_values[i] + 1;
    }
    ladder::Tape tape(&context);
    const ladder::Variable x = tape.Constant({x_values, {kBatch}});
    const ladder::Variable y = tape.Constant({y_values, {kBatch}});
    tape.Backward(MeanSquaredError(tape.Use(w) * x + tape.Use(b), y));
    sgd.Step(context);
  }

  const ladder::Real slope = w.value()[0];
  const ladder::Real intercept = b.value()[0];
  std::printf("y = %.4f x + %.4f, sizeof(Real) = %zu\n", slope, intercept, sizeof(ladder::Real));
  return std::abs(slope - 2) < 1e-3 && std::abs(intercept - 1) < 1e-3 ? 0 : 1;
}
