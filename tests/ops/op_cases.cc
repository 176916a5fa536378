#include "tests/ops/op_cases.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/philox.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/reduction.h"

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

}  // namespace

std::vector<OpCase> OpCases(int64_t scale) {
  std::vector<OpCase> cases;
  AppendArithmetic(scale, cases);
  AppendActivation(scale, cases);
  AppendReduction(scale, cases);
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
