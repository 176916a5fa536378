#include "autodiff/grad_check.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "autodiff/op.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

// offset + sum_i x[i]^3, with a derivative that is `factor` times too large at one element.
Variable Cubes(Variable x, int64_t element = 0, double factor = 1, Real offset = 0) {
  Op op("Cubes", {{"x", x}});
  const Variable y = op.Output({});
  y.value()[0] = offset;
  const Tensor value = x.value();
  for (int64_t i = 0; i < value.size(); ++i) y.value()[0] += value[i] * value[i] * value[i];
  op.Backward([=](Context&) {
    if (const Output dx = GradientOf(x)) {
      for (int64_t i = 0; i < value.size(); ++i) {
        dx.Put(i, static_cast<Real>(y.grad()[0] * 3 * value[i] * value[i] *
                                    (i == element ? factor : 1)));
      }
    }
  });
  return y;
}

class GradCheckTest : public testing::Test {
 protected:
  // x = 1, 2, ..., 10.
  GradCheckTest() {
    for (int64_t i = 0; i < 10; ++i) x_.value()[i] = static_cast<Real>(i + 1);
  }

  GradCheckResult Check(int64_t element, double factor, const GradCheckOptions& options = {}) {
    const std::vector<GradCheckResult> results = CheckGradients(
        context_, parameters_, [&](Tape& tape) { return Cubes(tape.Use(x_), element, factor); },
        options);
    EXPECT_EQ(results.size(), 1);
    return results[0];
  }

  Context context_;
  ParameterSet parameters_;
  Parameter& x_ = parameters_.Add("x", {10}, Zeros());
};

TEST_F(GradCheckTest, ARightGradientPasses) {
  const GradCheckResult result = Check(0, 1);

  EXPECT_EQ(result.parameter, "x");
  EXPECT_EQ(result.num_checked, 10);
  EXPECT_LT(result.relative_error, 1e-9);
}

TEST_F(GradCheckTest, AWrongElementIsFoundAndReported) {
  const GradCheckResult result = Check(6, 1.001);

  EXPECT_EQ(result.element, 6);
  EXPECT_NEAR(result.analytic, 1.001 * 147, 1e-6);
  EXPECT_NEAR(result.numeric, 147, 1e-6);
  // Relative to the largest element, 300.
  EXPECT_NEAR(result.relative_error, 0.147 / 300, 1e-7);
}

// Beside a billion, the difference of two losses keeps few digits of a gradient of 300.
TEST_F(GradCheckTest, RoundingOfALargeLossIsNoError) {
  const auto check = [&](double factor) {
    return CheckGradients(context_, parameters_,
                          [&](Tape& tape) { return Cubes(tape.Use(x_), 6, factor, 1e9); })[0];
  };

  EXPECT_LT(check(1).relative_error, 1e-6);
  EXPECT_GT(std::abs(check(1).analytic - check(1).numeric) / 300, 1e-6);
  EXPECT_EQ(check(1.01).element, 6);
  EXPECT_GT(check(1.01).relative_error, 1e-3);
}

TEST_F(GradCheckTest, ANaNIsTheWorstWhereverItIs) {
  for (int64_t element : {0, 5, 9}) {
    const GradCheckResult result = Check(element, std::numeric_limits<double>::quiet_NaN());

    EXPECT_EQ(result.element, element);
    EXPECT_FALSE(result.relative_error < 1);
  }
}

TEST_F(GradCheckTest, LeavesValuesAndClearsGradients) {
  x_.grad()[0] = 7;

  EXPECT_LT(Check(0, 1).relative_error, 1e-9);

  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_EQ(x_.value()[i], i + 1);
    EXPECT_EQ(x_.grad()[i], 0);
  }
}

TEST_F(GradCheckTest, FewerElementsAreSpreadEvenly) {
  const GradCheckOptions options = {.max_elements = 5};  // 0, 2, 4, 6, 8

  EXPECT_EQ(Check(6, 2, options).num_checked, 5);
  EXPECT_EQ(Check(6, 2, options).element, 6);
  EXPECT_LT(Check(7, 2, options).relative_error, 1e-9);
}

TEST_F(GradCheckTest, OneResultForEachParameter) {
  Parameter& y = parameters_.Add("y", {3}, Constant(2));

  const std::vector<GradCheckResult> results =
      CheckGradients(context_, parameters_, [&](Tape& tape) { return Cubes(tape.Use(y)); });

  ASSERT_EQ(results.size(), 2);
  EXPECT_EQ(results[0].parameter, "x");
  EXPECT_EQ(results[0].relative_error, 0) << "the loss does not depend on it";
  EXPECT_EQ(results[1].parameter, "y");
  EXPECT_LT(results[1].relative_error, 1e-9);
}

// |x - kink| of a scalar x.
class KinkTest : public testing::Test {
 protected:
  GradCheckResult Check(Real x, Real kink, bool with_piece) {
    x_.value()[0] = x;
    uint64_t piece = 0;
    GradCheckOptions options;
    options.step = 1e-5;
    if (with_piece) options.piece = [&piece] { return piece; };
    const auto loss = [&](Tape& tape) {
      const Variable in = tape.Use(x_);
      Op op("Distance", {{"x", in}});
      const Variable y = op.Output({});
      const bool above = in.value()[0] > kink;
      piece = above ? 1 : 0;
      y.value()[0] = std::abs(in.value()[0] - kink);
      op.Backward([=](Context&) { GradientOf(in).Put(0, above ? y.grad()[0] : -y.grad()[0]); });
      return y;
    };
    return CheckGradients(context_, parameters_, loss, options)[0];
  }

  Context context_;
  ParameterSet parameters_;
  Parameter& x_ = parameters_.Add("x", {}, Zeros());
};

TEST_F(KinkTest, AStepAcrossAKinkIsCutUntilItFits) {
  EXPECT_GT(Check(1, 1 + 1.5e-5, /*with_piece=*/false).relative_error, 0.01);

  const GradCheckResult result = Check(1, 1 + 1.5e-5, /*with_piece=*/true);

  EXPECT_EQ(result.num_checked, 1);
  EXPECT_EQ(result.num_skipped, 0);
  EXPECT_LT(result.relative_error, 1e-6);
}

TEST_F(KinkTest, AnElementAtAKinkIsSkippedAndThatIsNoSuccess) {
  const GradCheckResult result = Check(1, 1 + 1e-9, /*with_piece=*/true);

  EXPECT_EQ(result.num_checked, 0);
  EXPECT_EQ(result.num_skipped, 1);
  EXPECT_EQ(result.relative_error, std::numeric_limits<double>::infinity());
}

}  // namespace
}  // namespace ladder
