#include <algorithm>
#include <cmath>

#include "ops/batch_norm.h"
#include "ops/layer_norm.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using BatchNormTest = OpTest;
using LayerNormTest = OpTest;

TEST_F(BatchNormTest, NormalisesColumnsByBiasedVariance) {
  const Variable x = Input({4, 2}, {1, 0, 2, 0, 3, 0, 6, 8});

  const BatchNormResult result = BatchNorm(x, {}, 0);

  EXPECT_EQ(result.mean.shape(), Shape({1, 2}));
  EXPECT_THAT(Values(result.mean), Are({3, 2}));
  EXPECT_THAT(Values(result.variance), Are({3.5, 12}));
  const double s = std::sqrt(3.5), t = std::sqrt(12.0);
  EXPECT_THAT(Values(result.y), Are({-2 / s, -2 / t, -1 / s, -2 / t, 0, -2 / t, 3 / s, 6 / t}));
}

TEST_F(BatchNormTest, GroupsOfRowsAreNormalisedApart) {
  const Variable x = Input({5, 1}, {1, 3, 10, 10, 40});

  const BatchNormResult result = BatchNorm(x, {2, 0, 3}, 0);

  EXPECT_THAT(Values(result.mean), Are({2, 0, 20}));
  EXPECT_THAT(Values(result.variance), Are({1, 0, 200}, 1e-4));
  EXPECT_THAT(Values(result.y), Are({-1, 1, -std::sqrt(0.5), -std::sqrt(0.5), std::sqrt(2.0)}));
}

TEST_F(BatchNormTest, EpsilonKeepsAConstantColumnFinite) {
  const Variable x = Input({3, 1}, {5, 5, 5});

  EXPECT_THAT(Values(BatchNorm(x, {}, Real{1e-10}).y), Are({0, 0, 0}));
}

TEST_F(BatchNormTest, NormalizeByGivenStatistics) {
  const Variable x = Input({2, 2}, {1, 2, 3, 4});
  const Variable mean = Input({1, 0});
  const Variable variance = Input({3, 0});

  EXPECT_THAT(Values(Normalize(x, mean, variance, {}, 1)), Are({0, 2, 1, 4}));
}

TEST_F(LayerNormTest, NormalisesRows) {
  const Variable x = Input({2, 4}, {1, 2, 3, 6, 5, 5, 5, 5});
  const Variable gamma = Input({1, 2, 1, 1});
  const Variable beta = Input({0, 0, 7, 0});

  const Variable y = LayerNorm(x, gamma, beta);

  const double s = std::sqrt(3.5 + 1e-5);
  EXPECT_THAT(Values(y), Are({-2 / s, -2 / s, 7, 3 / s, 0, 0, 7, 0}));
}

TEST_F(LayerNormTest, LargeNumbersThatDifferLittle) {
  const Variable x = Input({1, 4}, {4096, 4097, 4098, 4099});
  const Variable ones = Input(std::vector<double>(4, 1));
  const Variable zeros = Input(std::vector<double>(4, 0));

  const double s = std::sqrt(1.25);
  EXPECT_THAT(Values(LayerNorm(x, ones, zeros, 0)), Are({-1.5 / s, -0.5 / s, 0.5 / s, 1.5 / s}));
}

}  // namespace
}  // namespace ladder
