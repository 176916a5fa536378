#include "ops/combinator.h"

#include "tests/ops/op_test.h"

namespace ladder {
namespace {

// At z = 0.5 and u = -1.5, with the first of these numbers as parameters.
class CombinatorTest : public OpTest {
 protected:
  template <class Combinator>
  double Value(const Combinator& combinator, int64_t num_parameters) {
    std::vector<double> a = {0.4, -1, 0.2, 0.3, -0.1, 0.7, 0.5, -0.3, 0.2, 0.6};
    a.resize(num_parameters);
    return Values(
        combinator(Input({1, 1}, {0.5}), Input({1, 1}, {-1.5}), Input({num_parameters, 1}, a)))[0];
  }
};

TEST_F(CombinatorTest, FormulasHaveTheValuesOfThePaper) {
  EXPECT_NEAR(Value(GaussCombinator, 10), 0.130908703, 1e-6);
  EXPECT_NEAR(Value(GatedGaussCombinator, 7), 0.048631097, 1e-6);
  EXPECT_NEAR(Value(SigmoidCombinator, 9), -0.702729986, 1e-6);
  EXPECT_NEAR(Value(NoMultCombinator, 7), -0.286737799, 1e-6);
  EXPECT_NEAR(Value(NoSigCombinator, 4), -0.625, 1e-6);
  EXPECT_NEAR(Value(LinearCombinator, 3), -0.4, 1e-6);
}

// A layer of two units and one of one unit, over two units of the level: the first as computed by
// hand, the second with all parameters 0 but the last bias.
TEST_F(CombinatorTest, PerceptronsAreOfEachUnit) {
  // [weights of u and z, bias] twice; [weights of the two, bias]; [weight, bias].
  const Variable a = Input({11, 2}, {2,  0, 4,   0, 1,  0,  //
                                     -1, 0, 2,   0, -1, 0,  //
                                     3,  0, 1,   0, -2, 0,  //
                                     5,  0, 0.5, 7});
  const Variable z = Input({1, 2}, {0.5, 3});
  const Variable u = Input({1, 2}, {-1.5, 3});

  const Variable y = MlpCombinator(z, u, a, {2, 1}, /*augmented=*/false);
  Backward(y);

  // Hidden: 2 (-1.5) + 4 (0.5) + 1 = 0, leaky relu 0; 1.5 + 1 - 1 = 1.5. Then 3 (0) + 1.5 - 2 =
  // -0.5, leaky relu -0.05. Then 5 (-0.05) + 0.5.
  EXPECT_THAT(Values(y), Are({0.25, 7}));
  // The slope at 0 is 0.1: dz = 5 (0.1) (3 (0.1) 4 + 1 (2)), du = 5 (0.1) (3 (0.1) 2 - 1 (1)).
  EXPECT_THAT(Grad(z), Are({1.6, 0}));
  EXPECT_THAT(Grad(u), Are({-0.2, 0}));
  EXPECT_THAT(Grad(a), Are({-0.225, 0, 0.075, 0, 0.15, 0,  //
                            -0.75,  0, 0.25,  0, 0.5,  0,  //
                            0,      0, 0.75,  0, 0.5,  0,  //
                            -0.05,  0, 1,     1}));
}

TEST_F(CombinatorTest, AugmentedPerceptronsAlsoSeeTheProduct) {
  EXPECT_EQ(MlpCombinatorParameters({4}, /*augmented=*/false), 4 * 3 + 5);
  EXPECT_EQ(MlpCombinatorParameters({2, 3}, /*augmented=*/true), 2 * 4 + 3 * 3 + 4);
  const Variable a = Input({6, 1}, {0, 0, 2, 1, 10, 0.5});  // 10 leaky_relu(2 u z + 1) + 0.5
  const Variable z = Input({2, 1}, {0.5, 1});
  const Variable u = Input({2, 1}, {3, -1});

  const Variable y = MlpCombinator(z, u, a, {1}, /*augmented=*/true);
  Backward(y);

  EXPECT_THAT(Values(y), Are({40.5, -0.5}));
  EXPECT_THAT(Grad(z), Are({60, -2}));
  EXPECT_THAT(Grad(u), Are({10, 2}));
}

}  // namespace
}  // namespace ladder
