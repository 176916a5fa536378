#include "ops/softmax.h"

#include "ops/arithmetic.h"
#include "ops/losses.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using SoftmaxTest = OpTest;
using LossesTest = OpTest;

TEST_F(SoftmaxTest, OfEachRow) {
  const Variable x = Input({2, 3}, {1, 2, 3, 0, 0, 0});

  EXPECT_THAT(Values(Softmax(x)), Are({0.09003057317038046, 0.24472847105479764, 0.6652409557748219,
                                       1.0 / 3, 1.0 / 3, 1.0 / 3}));
  EXPECT_THAT(Values(LogSoftmax(x)),
              Are({-2.4076059644443806, -1.4076059644443804, -0.40760596444438046,
                   -1.0986122886681098, -1.0986122886681098, -1.0986122886681098}));
}

TEST_F(SoftmaxTest, LargeNumbersDoNotOverflow) {
  const Variable x = Input({3, 2}, {1000, -1000, -1000, -1000, 1000, 999});

  EXPECT_THAT(Values(Softmax(x)), Are({1, 0, 0.5, 0.5, 0.7310585786300049, 0.2689414213699951}));
  EXPECT_THAT(Values(LogSoftmax(x)), Are({0, -2000, -0.6931471805599453, -0.6931471805599453,
                                          -0.3132616875182228, -1.3132616875182228}));
}

TEST_F(SoftmaxTest, MinusInfinityGetsNothing) {
  const Variable x = Input({2, 3}, {-kInfinity, 1, 1, -kInfinity, -kInfinity, -kInfinity});

  const Variable y = Softmax(x);

  EXPECT_THAT(Values(y), Are({0, 0.5, 0.5, kNaN, kNaN, kNaN}));
  EXPECT_EQ(Values(y)[0], 0);
  EXPECT_EQ(Values(LogSoftmax(x))[0], -kInfinity);
}

TEST_F(SoftmaxTest, ARowWithNaNIsNaN) {
  const Variable x = Input({2, 2}, {kNaN, 1, 2, 2});

  EXPECT_THAT(Values(Softmax(x)), Are({kNaN, kNaN, 0.5, 0.5}));
}

TEST_F(SoftmaxTest, LastAxisOfHigherRank) {
  const Variable y = Softmax(Input({2, 1, 2}, {3, 3, 0, 0}));

  EXPECT_EQ(y.shape(), Shape({2, 1, 2}));
  EXPECT_THAT(Values(y), Are({0.5, 0.5, 0.5, 0.5}));
}

TEST_F(LossesTest, SoftmaxCrossEntropyIsTheMeanOverRows) {
  const Variable logits = Input({2, 3}, {1, 2, 3, 0, 0, 0});

  const Variable y = SoftmaxCrossEntropy(logits, {2, 0});
  Backward(y);

  EXPECT_EQ(y.shape(), Shape());
  EXPECT_THAT(Values(y), Are({(0.40760596444438046 + 1.0986122886681098) / 2}));
  EXPECT_THAT(Grad(logits), Are({0.04501528658519023, 0.12236423552739882, -0.16737952211258905,
                                 -1.0 / 3, 1.0 / 6, 1.0 / 6}));
}

TEST_F(LossesTest, SoftmaxCrossEntropyOfLargeLogitsIsFinite) {
  const Variable logits = Input({2, 2}, {1000, -1000, 1000, -1000});

  const Variable y = SoftmaxCrossEntropy(logits, {0, 1});
  Backward(y);

  EXPECT_THAT(Values(y), Are({1000}));
  EXPECT_THAT(Grad(logits), Are({0, 0, 0.5, -0.5}));
}

TEST_F(LossesTest, SoftmaxCrossEntropyKeepsItsLabels) {
  const Variable logits = Input({1, 2}, {0, 0});
  std::vector<int32_t> labels = {1};

  const Variable y = SoftmaxCrossEntropy(logits, labels);
  labels[0] = 0;
  Backward(y);

  EXPECT_THAT(Grad(logits), Are({0.5, -0.5}));
}

TEST_F(LossesTest, SoftmaxCrossEntropyWeighsRows) {
  const Variable logits = Input({2, 3}, {1, 2, 3, 0, 0, 0});

  const Variable y = SoftmaxCrossEntropy(logits, {2, 0}, {0.5, 1.5});
  Backward(y);

  EXPECT_THAT(Values(y), Are({(0.5 * 0.40760596444438046 + 1.5 * 1.0986122886681098) / 2}));
  EXPECT_THAT(Grad(logits), Are({0.5 * 0.04501528658519023, 0.5 * 0.12236423552739882,
                                 -0.5 * 0.16737952211258905, -0.5, 0.25, 0.25}));
}

TEST_F(LossesTest, TheMeanSquaredErrorOfKnownTargetsLeavesTheOthersOut) {
  const Variable x = Input({2, 2}, {1, 5, 2, -3});
  Real targets[] = {0, kNaN, kNaN, 1};

  const Variable y = MeanSquaredErrorOfKnown(x, Tensor(targets, {2, 2}));
  Backward(y);

  EXPECT_THAT(Values(y), Are({(1.0 + 16) / 2}));
  EXPECT_THAT(Grad(x), Are({1, 0, 0, -4}));
}

TEST_F(LossesTest, TheBinaryCrossEntropyOfKnownTargetsLeavesTheOthersOut) {
  const Variable x = Input({1, 2, 2}, {0, 5, 1, -1});
  Real targets[] = {1, kNaN, 0, kNaN};

  const Variable y = BinaryCrossEntropyOfKnown(x, Tensor(targets, {2, 2}));
  Backward(y);

  EXPECT_THAT(Values(y), Are({(0.6931471805599453 + 1.3132616875182228) / 2}));
  EXPECT_THAT(Grad(x), Are({-0.25, 0, 0.7310585786300049 / 2, 0}));
}

TEST_F(LossesTest, WithoutKnownTargetsLossAndGradientAreZero) {
  const Variable x = Input({1, 2}, {7, 5});
  Real targets[] = {kNaN, kNaN};

  const Variable y = MeanSquaredErrorOfKnown(x, Tensor(targets, {1, 2}));
  Backward(y);

  EXPECT_THAT(Values(y), Are({0}));
  EXPECT_THAT(Grad(x), Are({0, 0}));
}

TEST_F(LossesTest, BinaryCrossEntropyWithLogits) {
  const Variable logits = Input({0, 1, 1000, -1000, 1000});
  const Variable targets = Input({0.5, 0, 1, 0, 0});

  const Variable y = BinaryCrossEntropyWithLogits(logits, targets);
  Backward(y);

  EXPECT_THAT(Values(y), Are({(0.6931471805599453 + 1.3132616875182228 + 1000) / 5}, 1e-4));
  EXPECT_THAT(Grad(logits), Are({0, 0.14621171572600098, 0, 0, 0.2}));
  EXPECT_THAT(Grad(targets), Are({0, -0.2, -200, 200, -200}, 1e-4));
}

TEST_F(LossesTest, MeanSquaredErrorIsTheMeanOverElements) {
  const Variable prediction = Input({2, 2}, {1, 2, 3, 4});
  const Variable target = Input({2, 2}, {1, 0, 3, 8});

  const Variable y = MeanSquaredError(prediction, target);
  Backward(y);

  EXPECT_THAT(Values(y), Are({5}));
  EXPECT_THAT(Grad(prediction), Are({0, 1, 0, -2}));
  EXPECT_THAT(Grad(target), Are({0, -1, 0, 2}));
}

}  // namespace
}  // namespace ladder
