#include "tests/ops/op_cases.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/philox.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/losses.h"
#include "ops/reduction.h"
#include "ops/shape_ops.h"
#include "ops/softmax.h"

namespace ladder {
namespace {

using Variables = std::vector<Variable>;

void AppendArithmetic(int64_t s, std::vector<OpCase>& cases) {
  cases.push_back(
      {"Add", {{{3 * s, 4}}, {{3 * s, 4}}}, [](const Variables& x) { return Add(x[0], x[1]); }});
  cases.push_back(
      {"AddBias", {{{3 * s, 4}}, {{4}}}, [](const Variables& x) { return Add(x[0], x[1]); }});
  cases.push_back({"AddBothRepeated", {{{2, 1, 3 * s}}, {{5, 1}}}, [](const Variables& x) {
                     return x[0] + x[1];
                   }});
  cases.push_back({"Multiply", {{{3 * s, 4}}, {{3 * s, 4}}}, [](const Variables& x) {
                     return Multiply(x[0], x[1]);
                   }});
  cases.push_back({"MultiplyColumn", {{{3 * s, 1}}, {{3 * s, 4}}}, [](const Variables& x) {
                     return x[0] * x[1];
                   }});
  cases.push_back(
      {"MultiplyScalar", {{{3 * s, 4}}, {{}}}, [](const Variables& x) { return x[0] * x[1]; }});
  cases.push_back({"MultiplyMiddle",
                   {{{2 * s, 1, 3, 4}}, {{2 * s, 2, 1, 4}}},
                   [](const Variables& x) { return x[0] * x[1]; }});
  cases.push_back({"Square", {{{3 * s, 4}}}, [](const Variables& x) { return x[0] * x[0]; }});
}

void AppendActivation(int64_t s, std::vector<OpCase>& cases) {
  cases.push_back(
      {"Relu", {{{3 * s, 4}, -2, 2, 0.1}}, [](const Variables& x) { return Relu(x[0]); }});
  cases.push_back({"LeakyRelu", {{{3 * s, 4}, -2, 2, 0.1}}, [](const Variables& x) {
                     return LeakyRelu(x[0], Real{0.1});
                   }});
}

void AppendReduction(int64_t s, std::vector<OpCase>& cases) {
  cases.push_back({"Sum", {{{3 * s, 4}}}, [](const Variables& x) { return Sum(x[0]); }});
  cases.push_back({"SumRows", {{{3, 4 * s}}}, [](const Variables& x) { return Sum(x[0], {1}); }});
  cases.push_back(
      {"SumColumns", {{{3 * s, 4}}}, [](const Variables& x) { return Sum(x[0], {0}); }});
  cases.push_back({"SumMiddle", {{{2 * s, 3, 2, 3}}}, [](const Variables& x) {
                     return Sum(x[0], {1, -1}, /*keepdims=*/true);
                   }});
  cases.push_back({"Mean", {{{3 * s, 4}}}, [](const Variables& x) { return Mean(x[0]); }});
  cases.push_back({"MeanOuter", {{{2, 3 * s, 4}}}, [](const Variables& x) {
                     return Mean(x[0], {0, 2});
                   }});
}

// Labels 0, 1, ..., num_classes - 1, 0, 1, ...
std::vector<int32_t> Labels(int64_t count, int64_t num_classes) {
  std::vector<int32_t> labels(count);
  for (int64_t i = 0; i < count; ++i) labels[i] = static_cast<int32_t>(i % num_classes);
  return labels;
}

void AppendSoftmax(int64_t s, std::vector<OpCase>& cases) {
  cases.push_back({"Softmax", {{{3 * s, 5}}}, [](const Variables& x) { return Softmax(x[0]); }});
  cases.push_back(
      {"SoftmaxLong", {{{2, 37 * s}}}, [](const Variables& x) { return Softmax(x[0]); }});
  cases.push_back(
      {"LogSoftmax", {{{2, 3 * s, 5}}}, [](const Variables& x) { return LogSoftmax(x[0]); }});
  cases.push_back({"SoftmaxCrossEntropy", {{{4 * s, 3}}}, [s](const Variables& x) {
                     return SoftmaxCrossEntropy(x[0], Labels(4 * s, 3));
                   }});
}

void AppendShapeOps(int64_t s, std::vector<OpCase>& cases) {
  cases.push_back(
      {"Rows", {{{5 * s, 2, 3}}}, [s](const Variables& x) { return Rows(x[0], s, 3 * s); }});
  cases.push_back({"RowsOverlapping", {{{5 * s, 4}}}, [s](const Variables& x) {
                     return Rows(x[0], 0, 3 * s) * Rows(x[0], 2 * s, 5 * s);
                   }});
}

}  // namespace

std::vector<OpCase> OpCases(int64_t scale) {
  std::vector<OpCase> cases;
  AppendArithmetic(scale, cases);
  AppendActivation(scale, cases);
  AppendReduction(scale, cases);
  AppendSoftmax(scale, cases);
  AppendShapeOps(scale, cases);
  return cases;
}

void AddInputs(const OpCase& op_case, ParameterSet& parameters) {
  for (size_t i = 0; i < op_case.inputs.size(); ++i) {
    const OpInput& input = op_case.inputs[i];
    PhiloxSequence random({.seed = 1, .stream = static_cast<uint32_t>(i)});
    parameters.Add(absl::StrCat("x", i), input.shape, [&](Tensor x) {
      for (int64_t j = 0; j < x.size(); ++j) {
        const double value = input.low + (input.high - input.low) * random.UniformDouble();
        x[j] = static_cast<Real>(
            std::abs(value) < input.gap ? std::copysign(input.gap, value) + value : value);
      }
    });
  }
}

Variable Project(Tape& tape, Variable output) {
  const Tensor weights = tape.NewTensor(output.shape());
  Uniform(1, {.seed = 2})(weights);
  return Sum(output * tape.Constant(weights));
}

}  // namespace ladder
