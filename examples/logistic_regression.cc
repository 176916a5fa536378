// Logistic regression on images of digits: bazel run //examples:logistic_regression
#include <cstdio>
#include <vector>

#include "autodiff/tape.h"
#include "data/batcher.h"
#include "data/digits.h"
#include "ops/losses.h"
#include "ops/matmul.h"
#include "training/adam.h"

using namespace ladder;  // NOLINT

int main() {
  const Dataset training = Digits(DatasetPart::kTraining);
  const int64_t num_inputs = training.example_size();  // 64
  std::vector<int64_t> rows(training.num_examples());
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int64_t>(i);
  EpochBatcher batches(rows, 100, {.seed = 1});

  Context context({.num_threads = 1});
  ParameterSet parameters;
  const Parameter& w = parameters.Add("w", {num_inputs, 10}, Zeros());
  const Parameter& b = parameters.Add("b", {10}, Zeros());
  Adam adam(&parameters, {.learning_rate = 0.01});

  std::vector<Real> inputs(100 * num_inputs);
  std::vector<int32_t> labels(100);
  for (int step = 0; step < 500; ++step) {
    const absl::Span<const int64_t> batch = batches.Batch(step);
    training.CopyRows(batch, inputs.data());
    training.CopyLabels(batch, labels.data());

    Tape tape(&context);  // one step; its memory returns at the brace
    const Variable x = tape.Constant(Tensor(inputs.data(), {100, num_inputs}));
    const Variable logits = Linear(x, tape.Use(w), tape.Use(b));  // [100, 10]
    const Variable loss = SoftmaxCrossEntropy(logits, labels);    // []
    tape.Backward(loss);
    adam.Step(context);  // uses the gradients and clears them
    if (step % 100 == 99) std::printf("step %d: loss %.4f\n", step + 1, loss.value()[0]);
  }

  const Dataset test = Digits(DatasetPart::kTest);
  int errors = 0;
  for (int64_t row = 0; row < test.num_examples(); ++row) {
    test.CopyRows({row}, inputs.data());
    Tape tape(&context);
    const Variable x = tape.Constant(Tensor(inputs.data(), {1, num_inputs}));
    const Tensor logits = Linear(x, tape.Use(w), tape.Use(b)).value();
    int best = 0;
    for (int c = 1; c < 10; ++c) best = logits[c] > logits[best] ? c : best;
    errors += best != test.labels[row];
  }
  std::printf("test error %.1f %%\n", 100.0 * errors / test.num_examples());
}
