// Dropout and Gaussian noise.
#include <cmath>

#include "ops/dropout.h"
#include "ops/noise.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using DropoutTest = OpTest;
using GaussianNoiseTest = OpTest;

constexpr int64_t kSize = 100000;
constexpr RandomKey kKey = {.seed = 1, .stream = 2, .step = 3};

TEST_F(DropoutTest, DropsItsShareAndScalesTheRest) {
  const Variable x = Input(std::vector<double>(kSize, 3));

  const Variable y = Dropout(x, Real{0.25}, kKey);
  Backward(y);

  int64_t num_dropped = 0;
  for (int64_t i = 0; i < kSize; ++i) {
    num_dropped += y.value()[i] == 0;
    ASSERT_TRUE(y.value()[i] == 0 || y.value()[i] == 4);
    ASSERT_EQ(x.grad()[i], y.value()[i] / 3);
  }
  // Five standard deviations.
  EXPECT_NEAR(num_dropped, 0.25 * kSize, 5 * std::sqrt(kSize * 0.25 * 0.75));
}

TEST_F(DropoutTest, IsAFunctionOfTheKey) {
  const Variable x = Input(std::vector<double>(1000, 1));
  const std::vector<double> y = Values(Dropout(x, Real{0.5}, kKey));

  EXPECT_EQ(Values(Dropout(x, Real{0.5}, kKey)), y);
  for (RandomKey key : {RandomKey{2, 2, 3}, RandomKey{1, 3, 3}, RandomKey{1, 2, 4}}) {
    EXPECT_NE(Values(Dropout(x, Real{0.5}, key)), y);
  }
}

TEST_F(DropoutTest, RatesZeroAndOne) {
  const Variable x = Input(std::vector<double>(1000, 3));

  EXPECT_EQ(Values(Dropout(x, 0, kKey)), Values(x));
  EXPECT_EQ(Values(Dropout(x, 1, kKey)), std::vector<double>(1000, 0));
}

TEST_F(GaussianNoiseTest, HasTheMomentsOfANormalDistribution) {
  const Variable x = Input(std::vector<double>(kSize, 0));

  const std::vector<double> noise = Values(GaussianNoise(x, 2, kKey));

  double moments[5] = {};
  for (double value : noise) {
    for (int k = 1; k <= 4; ++k) moments[k] += std::pow(value / 2, k) / kSize;
  }
  // Five standard deviations: the variance of n^k is 1, 2, 15, 96 for k = 1, 2, 3, 4.
  const double five = 5 / std::sqrt(double{kSize});
  EXPECT_NEAR(moments[1], 0, five);
  EXPECT_NEAR(moments[2], 1, five * std::sqrt(2));
  EXPECT_NEAR(moments[3], 0, five * std::sqrt(15));
  EXPECT_NEAR(moments[4], 3, five * std::sqrt(96));
}

TEST_F(GaussianNoiseTest, IsAFunctionOfTheKeyAndThePosition) {
  const std::vector<double> all =
      Values(GaussianNoise(Input(std::vector<double>(1000, 0)), 1, kKey));
  const std::vector<double> fewer =
      Values(GaussianNoise(Input(std::vector<double>(333, 0)), 1, kKey));

  EXPECT_EQ(fewer, std::vector<double>(all.begin(), all.begin() + 333));
}

TEST_F(GaussianNoiseTest, NoNoiseIsTheSameNumbers) {
  const Variable x = Input({1, 2, 3});

  EXPECT_EQ(Values(GaussianNoise(x, 0, kKey)), Values(x));
}

}  // namespace
}  // namespace ladder
