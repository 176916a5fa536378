#include "ops/matmul.h"

#include "ops/shape_ops.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using MatMulTest = OpTest;

TEST_F(MatMulTest, ProductOfTwoMatrices) {
  const Variable a = Input({2, 3}, {1, 2, 3, 4, 5, 6});
  const Variable b = Input({3, 2}, {1, 0, 0, 1, 2, 3});

  const Variable y = MatMul(a, b);
  Backward(y);

  EXPECT_EQ(y.shape(), Shape({2, 2}));
  EXPECT_THAT(Values(y), Are({7, 11, 16, 23}));
  EXPECT_THAT(Grad(a), Are({1, 1, 5, 1, 1, 5}));
  EXPECT_THAT(Grad(b), Are({5, 5, 7, 7, 9, 9}));
}

// Numbers in (-1, 1) of a shape.
class MatMulOfRandomTest : public OpTest {
 protected:
  Variable Random(const Shape& shape, uint32_t stream) {
    const Variable x = tape_.Input(tape_.NewTensor(shape));
    Uniform(1, {.seed = 1, .stream = stream})(x.value());
    return x;
  }
};

TEST_F(MatMulOfRandomTest, TransposedOperandsGiveTheSame) {
  const Variable a = Random({5, 7}, 0);
  const Variable b = Random({7, 4}, 1);
  const std::vector<double> expected = Values(MatMul(a, b));

  const Variable ta = Transpose(a);
  const Variable tb = Transpose(b);

  EXPECT_THAT(Values(MatMul(ta, b, {.transpose_a = true})), Are(expected));
  EXPECT_THAT(Values(MatMul(a, tb, {.transpose_b = true})), Are(expected));
  EXPECT_THAT(Values(MatMul(ta, tb, {.transpose_a = true, .transpose_b = true})), Are(expected));
}

TEST_F(MatMulOfRandomTest, BatchesBroadcast) {
  const Variable a = Random({2, 1, 3, 4}, 0);
  const Variable b = Random({5, 4, 2}, 1);

  const Variable y = MatMul(a, b);

  ASSERT_EQ(y.shape(), Shape({2, 5, 3, 2}));
  for (int64_t i = 0; i < 2; ++i) {
    for (int64_t j = 0; j < 5; ++j) {
      const Variable one =
          MatMul(Reshape(Rows(a, i, i + 1), {3, 4}), Reshape(Rows(b, j, j + 1), {4, 2}));
      EXPECT_THAT(Values(y.value().Rows(i, i + 1).Reshaped({5, 3, 2}).Rows(j, j + 1)),
                  Are(Values(one)));
    }
  }
}

TEST_F(MatMulOfRandomTest, ABatchTimesOneMatrixIsLinear) {
  const Variable a = Random({3, 5, 4}, 0);
  const Variable b = Random({4, 2}, 1);

  EXPECT_EQ(MatMul(a, b).shape(), Shape({3, 5, 2}));
  EXPECT_THAT(Values(MatMul(a, b)), Are(Values(Linear(a, b))));
}

TEST_F(MatMulTest, ASumOverNothingIsZero) {
  const Variable a = Input({2, 0}, {});
  const Variable b = Input({0, 3}, {});

  EXPECT_THAT(Values(MatMul(a, b)), Are({0, 0, 0, 0, 0, 0}));
}

TEST_F(MatMulTest, NoMatricesInTheBatch) {
  const Variable y = MatMul(Input({0, 2, 3}, {}), Input({3, 4}, std::vector<double>(12, 1)));
  Backward(y);

  EXPECT_EQ(y.shape(), Shape({0, 2, 4}));
}

TEST_F(MatMulTest, LinearAddsTheBiasToEveryRow) {
  const Variable x = Input({2, 1, 2}, {1, 2, 3, 4});
  const Variable w = Input({2, 2}, {1, 0, 0, 1});
  const Variable b = Input({10, 20});

  const Variable y = Linear(x, w, b);
  Backward(y);

  EXPECT_EQ(y.shape(), Shape({2, 1, 2}));
  EXPECT_THAT(Values(y), Are({11, 22, 13, 24}));
  EXPECT_THAT(Grad(w), Are({4, 4, 6, 6}));
  EXPECT_THAT(Grad(b), Are({2, 2}));
}

}  // namespace
}  // namespace ladder
