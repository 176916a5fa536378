#include "tensor/shape.h"

#include <cstdint>
#include <numeric>
#include <sstream>
#include <type_traits>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tensor/tensor.h"

namespace ladder {
namespace {

TEST(ShapeTest, AScalarHasRankZeroAndOneElement) {
  const Shape shape;

  EXPECT_EQ(shape.rank(), 0);
  EXPECT_EQ(shape.size(), 1);
  EXPECT_EQ(shape.rows(), 1);
  EXPECT_EQ(shape.cols(), 1);
  EXPECT_EQ(shape.ToString(), "[]");
}

TEST(ShapeTest, SizesFromBothEnds) {
  const Shape shape = {2, 3, 4};

  EXPECT_EQ(shape.rank(), 3);
  EXPECT_EQ(shape.size(), 24);
  EXPECT_EQ(shape.rows(), 6);
  EXPECT_EQ(shape.cols(), 4);
  EXPECT_EQ(shape[0], 2);
  EXPECT_EQ(shape[-1], 4);
  EXPECT_EQ(shape.Axis(-3), 0);
  EXPECT_EQ(shape.With(-2, 7), Shape({2, 7, 4}));
}

TEST(ShapeTest, AnEmptyTensorHasRows) {
  EXPECT_EQ(Shape({3, 0}).size(), 0);
  EXPECT_EQ(Shape({3, 0}).rows(), 3);
  EXPECT_EQ(Shape({0, 3}).rows(), 0);
}

TEST(ShapeTest, EqualIfAllSizesAre) {
  EXPECT_EQ(Shape({2, 3}), Shape({2, 3}));
  EXPECT_NE(Shape({2, 3}), Shape({3, 2}));
  EXPECT_NE(Shape({2, 3}), Shape({2, 3, 1}));
  EXPECT_NE(Shape({1}), Shape());
}

TEST(ShapeTest, Prints) {
  std::ostringstream out;
  out << Shape({100, 784});

  EXPECT_EQ(out.str(), "[100, 784]");
}

TEST(ShapeTest, CopiesLikeANumber) { static_assert(std::is_trivially_copyable_v<Shape>); }

TEST(ShapeDeathTest, WrongSizesAndAxes) {
  const Shape shape = {2, 3};

  EXPECT_DEATH(shape[2], "axis 2 of a shape \\[2, 3\\], allowed is \\[-2, 2\\)");
  EXPECT_DEATH(shape[-3], "axis -3");
  EXPECT_DEATH(Shape({2, -1}), "at least 0, got -1");
  EXPECT_DEATH(Shape({1, 1, 1, 1, 1, 1, 1, 1, 1}), "at most rank 8, got 9");
  EXPECT_DEATH(Shape({int64_t{1} << 32, int64_t{1} << 31}), "at most 2\\^59 elements");
}

TEST(TensorTest, RowsAndReshapedAreViews) {
  std::vector<Real> data(24);
  std::iota(data.begin(), data.end(), 0);
  const Tensor tensor(data.data(), {4, 3, 2});

  const Tensor rows = tensor.Rows(1, 3);
  EXPECT_EQ(rows.shape(), Shape({2, 3, 2}));
  EXPECT_EQ(rows[0], 6);
  rows[0] = 100;
  EXPECT_EQ(data[6], 100);

  EXPECT_EQ(tensor.Reshaped({8, 3}).data(), data.data());
  EXPECT_EQ(tensor.Rows(4, 4).size(), 0);
}

TEST(TensorTest, TheNullTensorIsFalse) {
  Real x = 1;

  EXPECT_FALSE(Tensor());
  EXPECT_TRUE(Tensor(&x, {}));
}

TEST(TensorDeathTest, RowsAndShapesThatDoNotFit) {
  Real data[6];
  const Tensor tensor(data, {2, 3});

  EXPECT_DEATH(tensor.Rows(1, 3), "rows \\[1, 3\\) of \\[2, 3\\]");
  EXPECT_DEATH(Tensor(data, {}).Rows(0, 0), "rows");
  EXPECT_DEATH(tensor.Reshaped({4, 2}), "reshape of \\[2, 3\\] to \\[4, 2\\]");
}

}  // namespace
}  // namespace ladder
