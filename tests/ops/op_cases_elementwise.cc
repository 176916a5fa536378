#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "tests/ops/op_cases.h"

namespace ladder {

using In = const std::vector<Variable>&;

std::vector<OpCase> ElementwiseCases(int64_t s) {
  const Shape matrix = {3 * s, 4};
  const OpInput away_from_zero = {matrix, -2, 2, 0.1};
  const OpInput positive = {matrix, 0.5, 3};
  return {
      {"Add", {{matrix}, {matrix}}, [](In x) { return Add(x[0], x[1]); }},
      {"AddBias", {{matrix}, {{4}}}, [](In x) { return Add(x[0], x[1]); }},
      {"AddBothRepeated", {{{2, 1, 3 * s}}, {{5, 1}}}, [](In x) { return x[0] + x[1]; }},
      {"Subtract", {{matrix}, {matrix}}, [](In x) { return Subtract(x[0], x[1]); }},
      {"SubtractFromBias", {{{4}}, {matrix}}, [](In x) { return x[0] - x[1]; }},
      {"Multiply", {{matrix}, {matrix}}, [](In x) { return Multiply(x[0], x[1]); }},
      {"MultiplyColumn", {{{3 * s, 1}}, {matrix}}, [](In x) { return x[0] * x[1]; }},
      {"MultiplyScalar", {{matrix}, {{}}}, [](In x) { return x[0] * x[1]; }},
      {"MultiplyMiddle",
       {{{2 * s, 1, 3, 4}}, {{2 * s, 2, 1, 4}}},
       [](In x) { return x[0] * x[1]; }},
      {"MultiplyByItself", {{matrix}}, [](In x) { return x[0] * x[0]; }},
      {"Divide", {{matrix}, away_from_zero}, [](In x) { return Divide(x[0], x[1]); }},
      {"DivideByRow", {{matrix}, {{4}, 0.5, 3}}, [](In x) { return x[0] / x[1]; }},
      {"Maximum", {{matrix}, {matrix}}, [](In x) { return Maximum(x[0], x[1]); }},
      {"MaximumOfScalar", {{matrix}, {{}}}, [](In x) { return Maximum(x[0], x[1]); }},
      {"Minimum", {{matrix}, {matrix}}, [](In x) { return Minimum(x[0], x[1]); }},
      {"Where", {{matrix}, {matrix}}, [](In x) { return Where(Relu(x[0]), x[0], x[1]); }},
      {"WhereRepeated",
       {{{3 * s, 1}}, {{4}}, {{2, 1, 1}}},
       [](In x) { return Where(Relu(x[0]), x[1], x[2]); }},
      {"Affine", {{matrix}}, [](In x) { return Affine(x[0], Real{1.5}, -2); }},
      {"ScalarOperators",
       {away_from_zero},
       [](In x) { return 1 - (2 + x[0] * 3 - 4) / 2 * 5 + x[0]; }},
      {"Negate", {{matrix}}, [](In x) { return Negate(x[0]); }},
      {"Exp", {{matrix}}, [](In x) { return Exp(x[0]); }},
      {"Log", {positive}, [](In x) { return Log(x[0]); }},
      {"Sqrt", {positive}, [](In x) { return Sqrt(x[0]); }},
      {"Square", {{matrix}}, [](In x) { return Square(x[0]); }},
      {"Abs", {away_from_zero}, [](In x) { return Abs(x[0]); }},
      {"Power", {positive}, [](In x) { return Power(x[0], Real{-1.5}); }},
      {"PowerOfNegative", {away_from_zero}, [](In x) { return Power(x[0], 3); }},
      {"Clamp", {{matrix}}, [](In x) { return Clamp(x[0], -1, Real{0.5}); }},

      {"Relu", {away_from_zero}, [](In x) { return Relu(x[0]); }},
      {"LeakyRelu", {away_from_zero}, [](In x) { return LeakyRelu(x[0], Real{0.1}); }},
      {"Elu", {away_from_zero}, [](In x) { return Elu(x[0], Real{0.7}); }},
      {"Sigmoid", {{matrix, -5, 5}}, [](In x) { return Sigmoid(x[0]); }},
      {"Tanh", {{matrix}}, [](In x) { return Tanh(x[0]); }},
      {"Softplus", {{matrix, -5, 5}}, [](In x) { return Softplus(x[0]); }},
      {"Gelu", {{matrix, -5, 5}}, [](In x) { return Gelu(x[0]); }},
  };
}

}  // namespace ladder
