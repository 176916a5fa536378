// The float build against the double build, which runs as a program of its own.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <vector>

#include "base/check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

// "Add output", "Add dx0", ...: all numbers of a tensor.
using Results = std::map<std::string, std::vector<double>>;

Results ReadResultsInDouble() {
  Results results;
  std::FILE* program = popen("tests/ops/print_op_results_double", "r");
  LADDER_CHECK(program != nullptr);
  char op[100], tensor[100];
  double value;
  while (std::fscanf(program, "%99s %99[a-z0-9][%*d] %lf", op, tensor, &value) == 3) {
    results[std::string(op) + " " + tensor].push_back(value);
  }
  EXPECT_EQ(pclose(program), 0);
  return results;
}

class OpPrecisionTest : public testing::TestWithParam<OpCase> {
 protected:
  static void SetUpTestSuite() { in_double_ = new Results(ReadResultsInDouble()); }
  static void TearDownTestSuite() { delete in_double_; }

  static void ExpectClose(const std::string& name, const std::vector<Real>& values) {
    const std::vector<double>& expected = (*in_double_)[name];
    ASSERT_EQ(values.size(), expected.size()) << name;
    double scale = 0;
    for (double value : expected) scale = std::max(scale, std::abs(value));
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], expected[i], 2e-6 * scale) << name << "[" << i << "]";
    }
  }

  static Results* in_double_;
};

Results* OpPrecisionTest::in_double_ = nullptr;

TEST_P(OpPrecisionTest, FloatAgreesWithDouble) {
  Context context;
  ParameterSet inputs;
  AddInputs(GetParam(), inputs);

  const OpResult result = RunOpCase(context, GetParam(), inputs);

  ExpectClose(GetParam().name + " output", result.output);
  for (size_t i = 0; i < result.gradients.size(); ++i) {
    ExpectClose(GetParam().name + " dx" + std::to_string(i), result.gradients[i]);
  }
}

INSTANTIATE_TEST_SUITE_P(AllOps, OpPrecisionTest, testing::ValuesIn(OpCases(1)),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ladder
