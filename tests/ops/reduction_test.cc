#include "ops/reduction.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "ops/arithmetic.h"
#include "ops/shape_ops.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using ReductionTest = OpTest;

// Reduces axis by axis the slow way, with Combine(total, x).
template <class Combine>
std::vector<double> Reference(Tensor x, const std::vector<int>& axes, double start,
                              const Combine& combine) {
  const Shape& shape = x.shape();
  Shape kept = shape;
  for (int axis : axes) kept = kept.With(axis, 1);
  std::vector<double> result(kept.size(), start);
  for (int64_t i = 0; i < x.size(); ++i) {
    int64_t rest = i, at = 0, stride = 1;
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      if (kept[axis] > 1) at += rest % shape[axis] * stride;
      stride *= kept[axis];
      rest /= shape[axis];
    }
    result[at] = combine(result[at], double{x[i]});
  }
  return result;
}

TEST_F(ReductionTest, EverySetOfAxes) {
  const Shape shape = {3, 2, 70, 5};
  const Variable x = tape_.Input(tape_.NewTensor(shape));
  Uniform(1, {.seed = 1})(x.value());

  for (unsigned mask = 1; mask < 16; ++mask) {
    SCOPED_TRACE(testing::Message() << "axes: bits of " << mask);
    std::vector<int> axes;
    for (int axis = 0; axis < 4; ++axis) {
      if (mask >> axis & 1) axes.push_back(axis);
    }
    const auto larger = [](double a, double b) { return std::max(a, b); };

    EXPECT_THAT(Values(Sum(x, axes)), Are(Reference(x.value(), axes, 0, std::plus<>()), 3e-5));
    EXPECT_THAT(Values(Max(x, axes)), Are(Reference(x.value(), axes, -kInfinity, larger)));
  }
}

TEST_F(ReductionTest, ReducedAxesDisappearOrStay) {
  const Variable x = tape_.Input(tape_.NewTensor({2, 3, 4}));

  EXPECT_EQ(Sum(x).shape(), Shape());
  EXPECT_EQ(Sum(x, {}, true).shape(), Shape({1, 1, 1}));
  EXPECT_EQ(Mean(x, {1}).shape(), Shape({2, 4}));
  EXPECT_EQ(Mean(x, {-1, 0}).shape(), Shape({3}));
  EXPECT_EQ(Max(x, {-1, 0}, true).shape(), Shape({1, 3, 1}));
}

TEST_F(ReductionTest, LongSumsStayPrecise) {
  const int64_t n = 1 << 20;
  const Variable row = Input({1, n}, std::vector<double>(n, 0.1));
  const Variable column = Input({n, 1}, std::vector<double>(n, 0.1));
  const Variable two_columns = Input({n / 2, 2}, std::vector<double>(n, 0.1));
  const double exact = n * double{Real{0.1f}};

  // One running sum in float would be off by about 1 %.
  EXPECT_NEAR(Sum(row).value()[0] / exact, 1, 1e-6);
  EXPECT_NEAR(Sum(column).value()[0] / exact, 1, 1e-6);
  EXPECT_NEAR(Sum(two_columns, {0}).value()[1] / (exact / 2), 1, 1e-6);
}

TEST_F(ReductionTest, SumOfNothingIsZero) {
  const Variable x = Input({0, 3}, {});

  EXPECT_THAT(Values(Sum(x)), Are({0}));
  EXPECT_THAT(Values(Sum(x, {0})), Are({0, 0, 0}));
  EXPECT_THAT(Values(Sum(x, {1})), Are({}));
}

TEST_F(ReductionTest, MeanOfColumns) {
  const Variable x = Input({2, 3}, {1, 2, 3, 5, 6, 7});

  const Variable y = Mean(x, {0});
  Backward(y * Constant({3}, {1, 2, 3}));

  EXPECT_THAT(Values(y), Are({3, 4, 5}));
  EXPECT_THAT(Grad(x), Are({0.5, 1, 1.5, 0.5, 1, 1.5}));
}

TEST_F(ReductionTest, MaxSharesTheGradientOfTies) {
  const Variable x = Input({2, 4}, {1, 3, 3, 3, -5, -6, -7, -8});

  const Variable y = Max(x, {1});
  Backward(y);

  EXPECT_THAT(Values(y), Are({3, -5}));
  EXPECT_THAT(Grad(x), Are({0, 1.0 / 3, 1.0 / 3, 1.0 / 3, 1, 0, 0, 0}));
}

TEST_F(ReductionTest, MaxOfNaNIsNaN) {
  std::vector<double> values(100, 1);
  for (size_t position : {0, 37, 99}) {
    values[position] = kNaN;
    EXPECT_THAT(Values(Max(Input(values))), Are({kNaN})) << position;
    EXPECT_THAT(Values(Max(Input({100, 1}, values), {0})), Are({kNaN})) << position;
    values[position] = 1;
  }
  EXPECT_THAT(Values(Max(Input({-kInfinity, -kInfinity}))), Are({-kInfinity}));
}

TEST_F(ReductionTest, VarianceIsBiasedUnlessCorrected) {
  const Variable x = Input({1, 2, 3, 6});

  EXPECT_THAT(Values(Variance(x)), Are({3.5}));
  EXPECT_THAT(Values(Variance(x, {}, false, 1)), Are({14.0 / 3}));
}

TEST_F(ReductionTest, VarianceOfLargeNumbersThatDifferLittle) {
  EXPECT_THAT(Values(Variance(Input({4096, 4097, 4098, 4099}))), Are({1.25}));
}

TEST_F(ReductionTest, LogSumExpNeverOverflows) {
  const Variable x = Input({5, 2}, {0, 0, 1000, 1000, -1000, -1000, 0, -1000, 3, -kInfinity});

  const Variable y = LogSumExp(x, {1});
  Backward(y);

  EXPECT_THAT(Values(y),
              Are({0.6931471805599453, 1000.6931471805599, -999.3068528194401, 0, 3}, 1e-4));
  EXPECT_THAT(Grad(x), Are({0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 0, 1, 0}, 1e-4));
}

TEST_F(ReductionTest, LogSumExpOfInfinities) {
  const Variable x = Input({2, 2}, {-kInfinity, -kInfinity, 1, kInfinity});

  const Variable y = LogSumExp(x, {1});
  Backward(Rows(y, 0, 1));

  EXPECT_THAT(Values(y), Are({-kInfinity, kInfinity}));
  EXPECT_EQ(Grad(x)[0], 0);
  EXPECT_EQ(Grad(x)[1], 0);
}

}  // namespace
}  // namespace ladder
