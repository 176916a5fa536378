#include "ops/activation.h"

#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using ActivationTest = OpTest;

TEST_F(ActivationTest, ReluHasDerivativeZeroAtZero) {
  const Variable x = Input({-2, 0, 3, kNaN});

  const Variable y = Relu(x);
  Backward(y);

  EXPECT_THAT(Values(y), Are({0, 0, 3, kNaN}));
  EXPECT_THAT(Grad(x), Are({0, 0, 1, 1}));
}

TEST_F(ActivationTest, LeakyReluHasItsSlopeAtZero) {
  const Variable x = Input({-2, 0, 3});

  const Variable y = LeakyRelu(x, Real{0.1});
  Backward(y);

  EXPECT_THAT(Values(y), Are({-0.2, 0, 3}));
  EXPECT_THAT(Grad(x), Are({0.1, 0.1, 1}));
}

TEST_F(ActivationTest, EluHasAlphaAtZero) {
  const Variable x = Input({-1, 0, 3, -1000});

  const Variable y = Elu(x, 2);
  Backward(y);

  EXPECT_THAT(Values(y), Are({-1.2642411176571153, 0, 3, -2}));
  EXPECT_THAT(Grad(x), Are({0.7357588823428847, 2, 1, 0}));
}

TEST_F(ActivationTest, EluKeepsItsDigitsNearZero) {
  EXPECT_NEAR(Values(Elu(Input(-1e-6)))[0], -9.999995e-7, 1e-13);
}

TEST_F(ActivationTest, Sigmoid) {
  const Variable x = Input({0, 1, -1000, 1000});

  const Variable y = Sigmoid(x);
  Backward(y);

  EXPECT_THAT(Values(y), Are({0.5, 0.7310585786300049, 0, 1}));
  EXPECT_THAT(Grad(x), Are({0.25, 0.19661193324148185, 0, 0}));
}

TEST_F(ActivationTest, Tanh) {
  const Variable x = Input({0, 0.5, -1000, 1000});

  const Variable y = Tanh(x);
  Backward(y);

  EXPECT_THAT(Values(y), Are({0, 0.46211715726000973, -1, 1}));
  EXPECT_THAT(Grad(x), Are({1, 0.7864477329659274, 0, 0}));
}

TEST_F(ActivationTest, SoftplusNeitherOverflowsNorVanishes) {
  const Variable x = Input({0, 1, -1000, 1000, kNaN});

  const Variable y = Softplus(x);
  Backward(y);

  EXPECT_THAT(Values(y), Are({0.6931471805599453, 1.3132616875182228, 0, 1000, kNaN}));
  EXPECT_THAT(Grad(x), Are({0.5, 0.7310585786300049, 0, 1, kNaN}));
}

TEST_F(ActivationTest, SoftplusKeepsItsDigitsFarBelowZero) {
  EXPECT_NEAR(Values(Softplus(Input(-20)))[0], 2.061153620314381e-9, 1e-15);
}

TEST_F(ActivationTest, GeluIsTheExactForm) {
  const Variable x = Input({0, 1, -1, -10, 1000});

  const Variable y = Gelu(x);
  Backward(y);

  // The approximation by tanh gives 0.841192 and -0.158808.
  EXPECT_THAT(Values(y), Are({0, 0.8413447460685429, -0.15865525393145707, 0, 1000}));
  EXPECT_THAT(Grad(x), Are({0.5, 1.0833154705876864, -0.0833154705876864, 0, 1}));
}

}  // namespace
}  // namespace ladder
