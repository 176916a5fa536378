#include <string>
#include <vector>

#include "autodiff/grad_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

class OpGradientTest : public testing::TestWithParam<OpCase> {};

TEST_P(OpGradientTest, AgreesWithCentralDifferences) {
  Context context({.poison_memory = true});
  ParameterSet parameters;
  AddInputs(GetParam(), parameters);

  const std::vector<GradCheckResult> results = CheckGradients(context, parameters, [&](Tape& tape) {
    std::vector<Variable> x;
    for (const auto& parameter : parameters.parameters()) x.push_back(tape.Use(*parameter));
    return Project(tape, GetParam().function(x));
  });

  for (const GradCheckResult& result : results) {
    EXPECT_LT(result.relative_error, 1e-8)
        << result.parameter << "[" << result.element << "]: analytic " << result.analytic
        << ", numeric " << result.numeric;
  }
}

INSTANTIATE_TEST_SUITE_P(AllOps, OpGradientTest, testing::ValuesIn(OpCases(1)),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ladder
