#include "ops/pooling.h"

#include "ops/arithmetic.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using PoolingTest = OpTest;

TEST_F(PoolingTest, MaxOfEachWindowAndChannel) {
  const Variable x = Input({1, 2, 4, 2}, {1, 9, 2, 8, 5, 1, 6, 2,  //
                                          3, 7, 4, 6, 8, 4, 7, 3});

  const Variable y = MaxPool2d(x, {});
  Backward(y * Constant({1, 1, 2, 2}, {1, 2, 3, 4}));

  ASSERT_EQ(y.shape(), Shape({1, 1, 2, 2}));
  EXPECT_THAT(Values(y), Are({4, 9, 8, 4}));
  EXPECT_THAT(Grad(x), Are({0, 2, 0, 0, 0, 0, 0, 0,  //
                            0, 0, 1, 0, 3, 4, 0, 0}));
}

TEST_F(PoolingTest, GradientGoesToTheFirstOfEqualMaxima) {
  const Variable x = Input({1, 2, 2, 1}, {1, 3,  //
                                          3, 3});

  Backward(MaxPool2d(x, {}));

  EXPECT_THAT(Grad(x), Are({0, 1, 0, 0}));
}

TEST_F(PoolingTest, OverlappingWindowsAddTheirGradients) {
  const Variable x = Input({1, 1, 4, 1}, {1, 5, 2, 3});

  const Variable y = MaxPool2d(x, {.height = 1, .width = 2, .stride_height = 1, .stride_width = 1});
  Backward(y * Constant({1, 1, 3, 1}, {1, 2, 4}));

  EXPECT_THAT(Values(y), Are({5, 5, 3}));
  EXPECT_THAT(Grad(x), Are({0, 3, 0, 4}));
}

TEST_F(PoolingTest, MaxPassesInfinitiesAndNaNOn) {
  const Variable x = Input({1, 1, 4, 1}, {-kInfinity, -kInfinity, 1, kNaN});

  EXPECT_THAT(Values(MaxPool2d(x, {.height = 1, .stride_height = 1})), Are({-kInfinity, kNaN}));
}

TEST_F(PoolingTest, WithoutCeilModeTheRestIsLeftOut) {
  const Variable x = Input({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});

  const Variable y = MaxPool2d(x, {});
  Backward(y);

  EXPECT_THAT(Values(y), Are({5}));
  EXPECT_THAT(Grad(x), Are({0, 0, 0, 0, 1, 0, 0, 0, 0}));
}

TEST_F(PoolingTest, CeilModeHasPartialWindows) {
  const Variable x = Input({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});

  const Variable y = MaxPool2d(x, {.ceil_mode = true});
  const Variable mean = AveragePool2d(x, {.ceil_mode = true});
  Backward(y + mean * Constant({1, 2, 2, 1}, {4, 20, 200, 1000}));

  ASSERT_EQ(y.shape(), Shape({1, 2, 2, 1}));
  EXPECT_THAT(Values(y), Are({5, 6, 8, 9}));
  EXPECT_THAT(Values(mean), Are({3, 4.5, 7.5, 9}));
  EXPECT_THAT(Grad(x), Are({1, 1, 10, 1, 2, 11, 100, 101, 1001}));
}

TEST_F(PoolingTest, SizesInCeilMode) {
  const auto size = [&](int64_t image, int64_t window, int64_t stride) {
    const Variable x = Input({1, image, 1, 1}, std::vector<double>(image, 1));
    return MaxPool2d(x, {window, 1, stride, 1, true}).shape()[1];
  };
  EXPECT_EQ(size(4, 2, 2), 2);
  EXPECT_EQ(size(5, 2, 2), 3);
  EXPECT_EQ(size(5, 3, 1), 3);
  EXPECT_EQ(size(6, 3, 2), 3);
  EXPECT_EQ(size(1, 4, 2), 1);  // a window that is larger than the image
  EXPECT_EQ(size(5, 2, 5), 1);  // the second would start outside
}

TEST_F(PoolingTest, AverageOfEachWindow) {
  const Variable x = Input({1, 2, 4, 1}, {1, 2, 5, 6,  //
                                          3, 4, 7, 9});

  const Variable y = AveragePool2d(x, {});
  Backward(y * Constant({1, 1, 2, 1}, {4, 8}));

  EXPECT_THAT(Values(y), Are({2.5, 6.75}));
  EXPECT_THAT(Grad(x), Are({1, 1, 2, 2, 1, 1, 2, 2}));
}

TEST_F(PoolingTest, GlobalMeanOfEachImageAndChannel) {
  const Variable x = Input({2, 1, 2, 2}, {1, 10, 3, 20,  //
                                          5, 30, 6, 50});

  const Variable y = GlobalMeanPool2d(x);
  Backward(y * Constant({2, 1, 1, 2}, {2, 4, 6, 8}));

  ASSERT_EQ(y.shape(), Shape({2, 1, 1, 2}));
  EXPECT_THAT(Values(y), Are({2, 15, 5.5, 40}));
  EXPECT_THAT(Grad(x), Are({1, 2, 1, 2, 3, 4, 3, 4}));
}

TEST_F(PoolingTest, UpsampleCopiesEachValueToABlock) {
  const Variable x = Input({1, 2, 1, 2}, {1, 2,  //
                                          3, 4});

  const Variable y = UpsampleNearest2d(x, 2, 3);
  Backward(y * y);

  ASSERT_EQ(y.shape(), Shape({1, 4, 3, 2}));
  EXPECT_THAT(Values(y), Are({1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2,  //
                              3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4}));
  EXPECT_THAT(Grad(x), Are({12, 24, 36, 48}));
}

TEST_F(PoolingTest, PadAddsZerosAndCrops) {
  const Variable x = Input({1, 2, 2, 1}, {1, 2,  //
                                          3, 4});

  const Variable padded = Pad2d(x, 1, 0, 0, 1);
  const Variable cropped = Pad2d(x, -1, 0, 0, -1);
  const Variable both = Pad2d(x, 0, -1, 1, -1);
  Backward(Sum(padded * padded) + Sum(cropped * Constant({1, 1, 1, 1}, {10})) +
           Sum(both * Constant({1, 1, 2, 1}, {100, 1000})));

  EXPECT_THAT(Values(padded), Are({0, 0, 0,  //
                                   1, 2, 0,  //
                                   3, 4, 0}));
  EXPECT_THAT(Values(cropped), Are({3}));
  EXPECT_THAT(Values(both), Are({0, 1}));
  EXPECT_THAT(Grad(x), Are({1002, 4, 16, 8}));
}

// More is cropped than there is: only the zeros of the other side are left.
TEST_F(PoolingTest, PadMayMoveTheImageOut) {
  const Variable x = Input({1, 1, 2, 1}, {1, 2});

  const Variable y = Pad2d(x, 0, 0, -3, 2);
  Backward(y);

  EXPECT_THAT(Values(y), Are({0}));
  EXPECT_THAT(Grad(x), Are({0, 0}));
}

TEST_F(PoolingTest, NoImages) {
  const Variable x = Input({0, 2, 2, 3}, {});

  EXPECT_EQ(MaxPool2d(x, {}).shape(), Shape({0, 1, 1, 3}));
  EXPECT_EQ(AveragePool2d(x, {}).shape(), Shape({0, 1, 1, 3}));
  EXPECT_EQ(GlobalMeanPool2d(x).shape(), Shape({0, 1, 1, 3}));
  EXPECT_EQ(UpsampleNearest2d(x, 2, 1).shape(), Shape({0, 4, 2, 3}));
  EXPECT_EQ(Pad2d(x, 1, 1, 0, 0).shape(), Shape({0, 4, 2, 3}));
}

}  // namespace
}  // namespace ladder
