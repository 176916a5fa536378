#include "ops/shape_ops.h"

#include <numeric>

#include "ops/arithmetic.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

class ShapeOpsTest : public OpTest {
 protected:
  // 0, 1, 2, ...
  Variable Counting(const Shape& shape) {
    std::vector<double> values(shape.size());
    std::iota(values.begin(), values.end(), 0);
    return Input(shape, values);
  }
};

TEST_F(ShapeOpsTest, ReshapeSharesMemoryAndFindsOneSize) {
  const Variable x = Counting({2, 6});

  const Variable y = Reshape(x, {3, -1, 2});

  EXPECT_EQ(y.shape(), Shape({3, 2, 2}));
  EXPECT_EQ(y.value().data(), x.value().data());
  EXPECT_EQ(Reshape(Counting({1, 1}), {}).shape(), Shape());
  EXPECT_EQ(Reshape(Counting({0, 3}), {-1, 3}).shape(), Shape({0, 3}));
}

TEST_F(ShapeOpsTest, TransposeReversesTheAxes) {
  const Variable x = Counting({2, 3});

  const Variable y = Transpose(x);

  EXPECT_EQ(y.shape(), Shape({3, 2}));
  EXPECT_THAT(Values(y), Are({0, 3, 1, 4, 2, 5}));
  EXPECT_EQ(Transpose(Counting({2, 3, 4})).shape(), Shape({4, 3, 2}));
  EXPECT_THAT(Values(Transpose(Counting({}))), Are({0}));
  EXPECT_EQ(Transpose(Counting({0, 3})).shape(), Shape({3, 0}));
}

TEST_F(ShapeOpsTest, TransposeByEveryOrderOfFourAxes) {
  const Shape shape = {3, 40, 2, 17};
  const Variable x = Counting(shape);
  std::vector<int> order = {0, 1, 2, 3};
  do {
    const Variable y = Transpose(x, order);
    const Shape& result = y.shape();
    for (int64_t at = 0; at < y.value().size(); ++at) {
      int64_t index[4];
      for (int64_t axis = 3, rest = at; axis >= 0; rest /= result[axis], --axis) {
        index[order[axis]] = rest % result[axis];
      }
      const int64_t from =
          ((index[0] * shape[1] + index[1]) * shape[2] + index[2]) * shape[3] + index[3];
      ASSERT_EQ(y.value()[at], from) << testing::PrintToString(order);
    }
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(ShapeOpsTest, SliceOfEachAxis) {
  const Variable x = Counting({2, 3, 2});

  EXPECT_THAT(Values(Slice(x, 0, 1, 2)), Are({6, 7, 8, 9, 10, 11}));
  EXPECT_THAT(Values(Slice(x, 1, 1, 3)), Are({2, 3, 4, 5, 8, 9, 10, 11}));
  EXPECT_THAT(Values(Slice(x, -1, 0, 1)), Are({0, 2, 4, 6, 8, 10}));
  EXPECT_EQ(Slice(x, 1, 3, 3).shape(), Shape({2, 0, 2}));
}

TEST_F(ShapeOpsTest, RowsIsAView) {
  const Variable x = Counting({3, 2});

  const Variable y = Rows(x, 1, 3);
  Backward(y * Constant({2, 2}, {1, 2, 3, 4}));

  EXPECT_EQ(y.value().data(), x.value().data() + 2);
  EXPECT_THAT(Values(y), Are({2, 3, 4, 5}));
  EXPECT_THAT(Grad(x), Are({0, 0, 1, 2, 3, 4}));
}

TEST_F(ShapeOpsTest, NoRows) {
  EXPECT_EQ(Rows(Counting({3, 2}), 3, 3).shape(), Shape({0, 2}));
  EXPECT_EQ(GatherRows(Counting({3, 2}), {}).shape(), Shape({0, 2}));
}

TEST_F(ShapeOpsTest, ConcatenateAlongEachAxis) {
  const Variable a = Counting({2, 2});
  const Variable b = Input({2, 1}, {10, 11});

  EXPECT_THAT(Values(Concatenate({a, b}, 1)), Are({0, 1, 10, 2, 3, 11}));
  EXPECT_THAT(Values(Concatenate({Transpose(b), a}, 0)), Are({10, 11, 0, 1, 2, 3}));
  EXPECT_EQ(Concatenate({a, Counting({2, 0}), b}, -1).shape(), Shape({2, 3}));
}

TEST_F(ShapeOpsTest, GatherRowsAddsUpRepeatedRows) {
  const Variable x = Counting({3, 2});
  std::vector<int32_t> rows = {2, 0, 2};

  const Variable y = GatherRows(x, rows);
  rows.assign(3, 1);
  Backward(y * Constant({3, 2}, {1, 2, 3, 4, 5, 6}));

  EXPECT_THAT(Values(y), Are({4, 5, 0, 1, 4, 5}));
  EXPECT_THAT(Grad(x), Are({3, 4, 0, 0, 6, 8}));
}

TEST_F(ShapeOpsTest, BroadcastTo) {
  const Variable x = Input({2, 1}, {1, 2});

  const Variable y = BroadcastTo(x, {2, 2, 3});
  Backward(y);

  EXPECT_THAT(Values(y), Are({1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2}));
  EXPECT_THAT(Grad(x), Are({6, 6}));
}

TEST_F(ShapeOpsTest, StopGradientPassesTheValueOnly) {
  const Variable x = Counting({3});

  const Variable stopped = StopGradient(x);
  Backward(stopped * x);

  EXPECT_EQ(stopped.value().data(), x.value().data());
  EXPECT_FALSE(stopped.needs_grad());
  EXPECT_THAT(Grad(x), Are({0, 1, 2}));
}

}  // namespace
}  // namespace ladder
