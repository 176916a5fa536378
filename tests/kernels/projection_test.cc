#include "kernels/projection.h"

#include <cmath>
#include <vector>

#include "base/philox.h"
#include "gtest/gtest.h"

namespace ladder::kernels {
namespace {

constexpr double kTolerance = sizeof(Real) == 4 ? 1e-6 : 1e-14;

std::vector<Real> RandomValues(int64_t size) {
  PhiloxSequence random({.seed = 1});
  std::vector<Real> values(size);
  for (Real& x : values) x = static_cast<Real>(3 * random.Normal());
  return values;
}

TEST(WeightProjectionTest, ColumnsGetUnitNormAndKeepTheirDirection) {
  constexpr int64_t kRows = 37, kCols = 130;  // two tasks and a bit
  const std::vector<Real> before = RandomValues(kRows * kCols);
  std::vector<Real> w = before;
  Context context;

  ProjectToUnitNorm(context, Tensor(w.data(), {kRows, kCols}));

  for (int64_t j = 0; j < kCols; ++j) {
    double norm = 0;
    for (int64_t i = 0; i < kRows; ++i) norm += std::pow(before[i * kCols + j], 2.0);
    norm = std::sqrt(norm);
    for (int64_t i = 0; i < kRows; ++i) {
      ASSERT_NEAR(w[i * kCols + j], before[i * kCols + j] / norm, kTolerance) << i << ", " << j;
    }
  }
}

TEST(WeightProjectionTest, TheLastAxisOfAConvolutionIsItsOutputs) {
  const std::vector<Real> values = RandomValues(3 * 3 * 2 * 5);
  std::vector<Real> images = values, matrix = values;
  Context context;

  ProjectToUnitNorm(context, Tensor(images.data(), {3, 3, 2, 5}));
  ProjectToUnitNorm(context, Tensor(matrix.data(), {18, 5}));

  EXPECT_EQ(images, matrix);
}

TEST(WeightProjectionTest, LeavesZerosAsTheyAre) {
  std::vector<Real> w = {0, 3, 0, 4};
  Context context;

  ProjectToUnitNorm(context, Tensor(w.data(), {2, 2}));

  EXPECT_EQ(w[0], 0);
  EXPECT_EQ(w[2], 0);
  EXPECT_NEAR(w[1], 0.6, kTolerance);
  EXPECT_NEAR(w[3], 0.8, kTolerance);
}

TEST(WeightProjectionTest, SameBitsOnOneTwoAndThreeThreads) {
  const std::vector<Real> values = RandomValues(50 * 300);
  std::vector<std::vector<Real>> results;
  for (const int threads : {1, 2, 3}) {
    results.push_back(values);
    Context context({.num_threads = threads});
    ProjectToUnitNorm(context, Tensor(results.back().data(), {50, 300}));
  }

  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

}  // namespace
}  // namespace ladder::kernels
