// What the kernels promise beyond the operations that are built on them.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "kernels/gemm.h"
#include "kernels/random.h"
#include "kernels/vector_math.h"

namespace ladder::kernels {
namespace {

// Units in the last place between a number and its exact value.
double UlpError(Real value, double exact) {
  const Real rounded = static_cast<Real>(exact);
  const double ulp =
      std::nextafter(std::abs(rounded), std::numeric_limits<Real>::infinity()) - std::abs(rounded);
  return std::abs(value - exact) / ulp;
}

TEST(VectorMathTest, ExpIsPrecise) {
  for (double x = -87; x < 88; x += 0.00123) {
    const Real input = static_cast<Real>(x);
    ASSERT_LT(UlpError(VectorExp(input), std::exp(double{input})), 2) << x;
  }
  EXPECT_EQ(VectorExp(0), 1);
  EXPECT_LT(VectorExp(-1000), 2e-38);
  EXPECT_GT(VectorExp(1000), 1e38);
  EXPECT_TRUE(std::isnan(VectorExp(std::numeric_limits<Real>::quiet_NaN())));
}

TEST(VectorMathTest, LogIsPrecise) {
  for (double x = 1e-37; x < 1e37; x *= 1.00123) {
    const Real input = static_cast<Real>(x);
    // Near 1 the logarithm is 0 and its last place tiny.
    ASSERT_LT(std::abs(VectorLog(input) - std::log(double{input})),
              2e-7 * std::max(1e-3, std::abs(std::log(double{input}))))
        << x;
  }
}

TEST(VectorMathTest, TanhAndSoftplusArePreciseEverywhere) {
  for (double x = 1e-30; x < 80; x *= 1.0123) {
    const Real input = static_cast<Real>(x);
    ASSERT_LT(UlpError(VectorTanh(input), std::tanh(double{input})), 4) << x;
    ASSERT_EQ(VectorTanh(-input), -VectorTanh(input)) << x;
    ASSERT_LT(UlpError(VectorSoftplus(input), std::log1p(std::exp(double{input}))), 4) << x;
    ASSERT_LT(UlpError(VectorSoftplus(-input), std::log1p(std::exp(-double{input}))), 4) << x;
  }
  EXPECT_EQ(VectorTanh(0), 0);
  EXPECT_EQ(VectorTanh(1000), 1);
  EXPECT_EQ(VectorTanh(-1000), -1);
  EXPECT_EQ(VectorSoftplus(1000), 1000);
  EXPECT_LT(VectorSoftplus(-1000), 2e-38);
  for (Real x : {VectorTanh(std::numeric_limits<Real>::quiet_NaN()),
                 VectorSoftplus(std::numeric_limits<Real>::quiet_NaN())}) {
    EXPECT_TRUE(std::isnan(x));
  }
}

TEST(VectorMathTest, CosSinGoRoundTheCircle) {
  for (double turn = 0; turn < 1; turn += 0.000123) {
    Real cosine, sine;
    VectorCosSin(static_cast<Real>(turn), cosine, sine);
    const double angle = 2 * std::numbers::pi * static_cast<Real>(turn);
    ASSERT_NEAR(cosine, std::cos(angle), 3e-7) << turn;
    ASSERT_NEAR(sine, std::sin(angle), 3e-7) << turn;
  }
}

// The word at a position, by the layout in random.h.
uint32_t WordAt(RandomKey key, int64_t position) {
  const int64_t s = position / 64, j = position % 64 / 16, b = position % 16;
  return Philox(key, static_cast<uint64_t>(16 * s + b))[j];
}

double UniformAt(RandomKey key, int64_t position) {
  return (static_cast<double>(WordAt(key, position) >> 9) + 0.5) * 0x1p-23;
}

class RandomKernelTest : public testing::Test {
 protected:
  Tensor NewTensor(int64_t size) {
    return Tensor(static_cast<Real*>(context_.arena().Allocate(size * sizeof(Real))), {size});
  }

  static constexpr RandomKey kKey = {.seed = 0x123456789ABCDEF0, .stream = 5, .step = 77};
  Context context_{{.num_threads = 2}};
};

TEST_F(RandomKernelTest, UniformIsPhiloxByPosition) {
  for (int64_t size : {0, 1, 63, 64, 65, 100003}) {
    const Tensor y = NewTensor(size);
    FillUniform(context_, kKey, y);
    for (int64_t i = 0; i < size; ++i) {
      ASSERT_EQ(y[i], static_cast<Real>(UniformAt(kKey, i))) << i << " of " << size;
    }
  }
}

TEST_F(RandomKernelTest, NormalIsBoxAndMullersByPosition) {
  constexpr int64_t kSize = 50001;
  const Tensor x = NewTensor(kSize), y = NewTensor(kSize);
  for (int64_t i = 0; i < kSize; ++i) x[i] = static_cast<Real>(i % 7);

  AddNormal(context_, kKey, 2, x, y);

  for (int64_t i = 0; i < kSize; ++i) {
    const int64_t j = i % 64 / 16;
    const int64_t first = i - (j % 2) * 16;  // where w0 or w2 is
    const double radius = std::sqrt(-2 * std::log(UniformAt(kKey, first)));
    const double angle = 2 * std::numbers::pi * UniformAt(kKey, first + 16);
    const double normal = radius * (j % 2 == 0 ? std::cos(angle) : std::sin(angle));
    ASSERT_NEAR(y[i], i % 7 + 2 * normal, 1e-5) << i;
  }
}

struct GemmCase {
  int64_t m, n, k;
};

class GemmTest : public testing::TestWithParam<GemmCase> {};

// Odd sizes, one row or column, and sizes that are cut into bands of rows or of columns.
INSTANTIATE_TEST_SUITE_P(Sizes, GemmTest,
                         testing::Values(GemmCase{1, 1, 1}, GemmCase{3, 5, 7}, GemmCase{1, 70, 9},
                                         GemmCase{70, 1, 9}, GemmCase{4, 5, 0},
                                         GemmCase{517, 67, 45}, GemmCase{67, 517, 45},
                                         GemmCase{1100, 33, 40}));

TEST_P(GemmTest, AgreesWithTheDefinition) {
  const auto [m, n, k] = GetParam();
  Context context({.num_threads = 2});
  PhiloxSequence random({.seed = 1});
  const auto fill = [&](int64_t size) {
    std::vector<Real> values(size);
    for (Real& value : values) value = static_cast<Real>(random.UniformDouble() - 0.5);
    return values;
  };
  std::vector<Real> a = fill(m * k), b = fill(k * n);
  std::vector<double> expected(m * n);
  for (int64_t i = 0; i < m; ++i) {
    for (int64_t j = 0; j < n; ++j) {
      for (int64_t l = 0; l < k; ++l) expected[i * n + j] += double{a[i * k + l]} * b[l * n + j];
    }
  }
  std::vector<Real> at(m * k), bt(k * n);
  for (int64_t i = 0; i < m * k; ++i) at[i % k * m + i / k] = a[i];
  for (int64_t i = 0; i < k * n; ++i) bt[i % n * k + i / n] = b[i];

  for (bool transpose_a : {false, true}) {
    for (bool transpose_b : {false, true}) {
      const Matrix left = {transpose_a ? at.data() : a.data(), m, k, transpose_a};
      const Matrix right = {transpose_b ? bt.data() : b.data(), k, n, transpose_b};
      std::vector<Real> c(m * n, std::numeric_limits<Real>::quiet_NaN());
      Gemm(context, left, right, Tensor(c.data(), {m, n}));
      for (int64_t i = 0; i < m * n; ++i) ASSERT_NEAR(c[i], expected[i], 1e-5) << i;
      Gemm(context, left, right, {Tensor(c.data(), {m, n}), /*add=*/true});
      for (int64_t i = 0; i < m * n; ++i) ASSERT_NEAR(c[i], 2 * expected[i], 2e-5) << i;
    }
  }
}

}  // namespace
}  // namespace ladder::kernels
