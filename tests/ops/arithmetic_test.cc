#include "ops/arithmetic.h"

#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using ArithmeticTest = OpTest;

TEST_F(ArithmeticTest, AddRepeatsARow) {
  const Variable a = Input({2, 3}, {1, 2, 3, 4, 5, 6});
  const Variable b = Input({10, 20, 30});

  const Variable y = Add(a, b);
  Backward(y * Constant({2, 3}, {1, 2, 3, 4, 5, 6}));

  EXPECT_EQ(y.shape(), Shape({2, 3}));
  EXPECT_THAT(Values(y), Are({11, 22, 33, 14, 25, 36}));
  EXPECT_THAT(Grad(a), Are({1, 2, 3, 4, 5, 6}));
  EXPECT_THAT(Grad(b), Are({5, 7, 9}));
}

TEST_F(ArithmeticTest, MultiplyRepeatsColumnAgainstRow) {
  const Variable a = Input({2, 1}, {1, 2});
  const Variable b = Input({1, 3}, {3, 4, 5});

  const Variable y = a * b;
  Backward(y);

  EXPECT_EQ(y.shape(), Shape({2, 3}));
  EXPECT_THAT(Values(y), Are({3, 4, 5, 6, 8, 10}));
  EXPECT_THAT(Grad(a), Are({12, 12}));
  EXPECT_THAT(Grad(b), Are({3, 3, 3}));
}

TEST_F(ArithmeticTest, SubtractRepeatsInTheMiddle) {
  const Variable a = Input({2, 1, 2}, {1, 2, 3, 4});
  const Variable b = Input({2, 1}, {10, 20});

  const Variable y = a - b;
  Backward(y);

  EXPECT_EQ(y.shape(), Shape({2, 2, 2}));
  EXPECT_THAT(Values(y), Are({-9, -8, -19, -18, -7, -6, -17, -16}));
  EXPECT_THAT(Grad(a), Are({2, 2, 2, 2}));
  EXPECT_THAT(Grad(b), Are({-4, -4}));
}

TEST_F(ArithmeticTest, RowsLongerThanABlockOfCopies) {
  const int64_t n = 1000;
  const Variable a = Input({2, 1}, {2, 3});
  const Variable b = Input({2, n}, std::vector<double>(2 * n, 5));

  const Variable y = a * b;
  Backward(y);

  for (int64_t i = 0; i < 2 * n; ++i) ASSERT_EQ(y.value()[i], i < n ? 10 : 15) << i;
  EXPECT_THAT(Grad(a), Are({5 * n, 5 * n}));
}

TEST_F(ArithmeticTest, EmptyTensorsBroadcastToo) {
  const Variable a = Input({0, 3}, {});
  const Variable b = Input({1, 2, 3});

  const Variable y = a + b;
  Backward(y * y);

  EXPECT_EQ(y.shape(), Shape({0, 3}));
  EXPECT_THAT(Grad(b), Are({0, 0, 0}));
}

TEST_F(ArithmeticTest, Divide) {
  const Variable a = Input({6, 1, 0});
  const Variable b = Input({3, 0, 0});

  const Variable y = Divide(a, b);
  Backward(y);

  EXPECT_THAT(Values(y), Are({2, kInfinity, kNaN}));
  EXPECT_NEAR(Grad(a)[0], 1.0 / 3, 1e-6);
  EXPECT_NEAR(Grad(b)[0], -2.0 / 3, 1e-6);
}

TEST_F(ArithmeticTest, MaximumSharesTheGradientOfTies) {
  const Variable a = Input({1, 2, 3, kNaN, 1});
  const Variable b = Input({2, 2, 2, 1, kNaN});

  const Variable y = Maximum(a, b);
  Backward(y);

  EXPECT_THAT(Values(y), Are({2, 2, 3, kNaN, kNaN}));
  EXPECT_THAT(Grad(a), Are({0, 0.5, 1, 1, 1}));
  EXPECT_THAT(Grad(b), Are({1, 0.5, 0, 1, 1}));
}

TEST_F(ArithmeticTest, AnInfiniteGradientDoesNotReachWhatIsNotChosen) {
  const Variable x = Input({-1});

  Backward(Sqrt(Maximum(x, Constant({1}, {0}))));  // dSqrt(0) is infinite

  EXPECT_THAT(Grad(x), Are({0}));
}

TEST_F(ArithmeticTest, MinimumSharesTheGradientOfTies) {
  const Variable a = Input({1, 2, 3, kNaN});
  const Variable b = Input({2, 2, 2, 1});

  const Variable y = Minimum(a, b);
  Backward(y);

  EXPECT_THAT(Values(y), Are({1, 2, 2, kNaN}));
  EXPECT_THAT(Grad(a), Are({1, 0.5, 0, 1}));
  EXPECT_THAT(Grad(b), Are({0, 0.5, 1, 1}));
}

TEST_F(ArithmeticTest, WhereIgnoresWhatIsNotChosen) {
  const Variable a = Input({0, 4});
  const Variable b = Input({2, 0});

  // 1 / 0 on the sides that are not chosen.
  const Variable y = Where(Constant({2}, {0, -1}), Divide(b, a), Divide(a, b)) +
                     Where(Constant({2}, {1, 0}), b, a);
  const Variable chosen = Where(Constant({2}, {0, 1}), Input({kNaN, 1}), Input({2, kNaN}));

  EXPECT_THAT(Values(y), Are({2, 4}));
  EXPECT_THAT(Values(chosen), Are({2, 1}));
}

TEST_F(ArithmeticTest, WhereSendsTheGradientToWhatIsChosen) {
  const Variable condition = Input({2, 1}, {0, 3});
  const Variable a = Input(5);
  const Variable b = Input({7, 8, 9});

  const Variable y = Where(condition, a, b);
  Backward(y);

  EXPECT_THAT(Values(y), Are({7, 8, 9, 5, 5, 5}));
  EXPECT_FALSE(condition.grad());
  EXPECT_THAT(Grad(a), Are({3}));
  EXPECT_THAT(Grad(b), Are({1, 1, 1}));
}

TEST_F(ArithmeticTest, ScalarOperators) {
  const Variable x = Input({2, 4});

  EXPECT_THAT(Values(x + 1), Are({3, 5}));
  EXPECT_THAT(Values(1 + x), Are({3, 5}));
  EXPECT_THAT(Values(x - 1), Are({1, 3}));
  EXPECT_THAT(Values(1 - x), Are({-1, -3}));
  EXPECT_THAT(Values(x * 0.5), Are({1, 2}));
  EXPECT_THAT(Values(3 * x), Are({6, 12}));
  EXPECT_THAT(Values(x / 4), Are({0.5, 1}));
  EXPECT_THAT(Values(-x), Are({-2, -4}));
}

TEST_F(ArithmeticTest, ExpAndLogAtTheirLimits) {
  EXPECT_THAT(Values(Exp(Input({0, 1, -1000, 1000, -kInfinity, kNaN}))),
              Are({1, 2.718281828, 0, kInfinity, 0, kNaN}));
  EXPECT_THAT(Values(Log(Input({1, 2.718281828, 0, -1, kInfinity}))),
              Are({0, 1, -kInfinity, kNaN, kInfinity}));
}

TEST_F(ArithmeticTest, SqrtAtZeroHasAnInfiniteDerivative) {
  const Variable x = Input({4, 0, -1});

  const Variable y = Sqrt(x);
  Backward(y);

  EXPECT_THAT(Values(y), Are({2, 0, kNaN}));
  EXPECT_THAT(Grad(x), Are({0.25, kInfinity, kNaN}));
}

TEST_F(ArithmeticTest, AbsAtZeroHasDerivativeZero) {
  const Variable x = Input({-2, 0, 3});

  const Variable y = Abs(x);
  Backward(y);

  EXPECT_THAT(Values(y), Are({2, 0, 3}));
  EXPECT_THAT(Grad(x), Are({-1, 0, 1}));
}

TEST_F(ArithmeticTest, Power) {
  const Variable x = Input({-2, 0, 3});

  const Variable y = Power(x, 3) + Power(x, 0);
  Backward(y);

  EXPECT_THAT(Values(y), Are({-7, 1, 28}));
  EXPECT_THAT(Grad(x), Are({12, 0, 27}));
}

TEST_F(ArithmeticTest, PowerOfNegativeNumbersNeedsAWholeExponent) {
  EXPECT_THAT(Values(Power(Input({-1, 4}), 0.5)), Are({kNaN, 2}));
}

TEST_F(ArithmeticTest, SquareAndAffine) {
  const Variable x = Input({-3, 2});

  const Variable y = Affine(Square(x), 2, -1);
  Backward(y);

  EXPECT_THAT(Values(y), Are({17, 7}));
  EXPECT_THAT(Grad(x), Are({-12, 8}));
}

TEST_F(ArithmeticTest, ClampPassesTheGradientAtItsBounds) {
  const Variable x = Input({-2, -1, 0, 1, 2, kNaN});

  const Variable y = Clamp(x, -1, 1);
  Backward(y);

  EXPECT_THAT(Values(y), Are({-1, -1, 0, 1, 1, kNaN}));
  EXPECT_THAT(Grad(x), Are({0, 1, 1, 1, 0, 0}));
}

TEST_F(ArithmeticTest, ClampOfOneSide) {
  EXPECT_THAT(Values(Clamp(Input({-2, 1e30}), 0, kInfinity)), Are({0, static_cast<Real>(1e30)}));
}

TEST_F(ArithmeticTest, AVariableUsedTwiceGetsBothGradients) {
  const Variable x = Input({2, 3});

  Backward(x * x + x);

  EXPECT_THAT(Grad(x), Are({5, 7}));
}

}  // namespace
}  // namespace ladder
