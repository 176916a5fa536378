// How combinators start.
#include "ladder/combinator.h"

#include <cmath>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

Decoder Config(const std::string& fields) {
  Decoder config;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(fields, &config));
  return config;
}

// The parameters of one unit at the start.
std::vector<Real> Start(const std::string& fields) {
  ParameterSet parameters;
  const Tensor a = AddCombinator(Config(fields), 1, "a", {.seed = 1}, &parameters)->value();
  return {a.data(), a.data() + a.size()};
}

TEST(CombinatorTest, StartsWithOnesAndZeros) {
  EXPECT_THAT(Start("combinator: GAUSS"), testing::ElementsAre(0, 1, 0, 0, 0, 0, 1, 0, 0, 0));
  EXPECT_THAT(Start("combinator: GATED_GAUSS"), testing::ElementsAre(0, 1, 0, 0, 0, 1, 0));
  EXPECT_THAT(Start("combinator: SIGMOID"), testing::ElementsAre(0, 1, 0, 0, 1, 0, 1, 0, 0));
  EXPECT_THAT(Start("combinator: SIGMOID reversed_start: true"),
              testing::ElementsAre(0, 0, 1, 0, 1, 0, 0, 1, 0));
  EXPECT_THAT(Start("combinator: NOMULT"), testing::ElementsAre(0, 1, 0, 1, 0, 1, 0));
  EXPECT_THAT(Start("combinator: NOSIG"), testing::ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(Start("combinator: LINEAR"), testing::ElementsAre(0, 1, 0));
  EXPECT_THAT(Start("combinator: NO_LATERAL"), testing::ElementsAre(0, 1));
}

TEST(CombinatorTest, BiasesOfPerceptronsStartAsZero) {
  const std::vector<Real> a = Start("combinator: AMLP hidden_units: [1, 2] initial_stddev: 0.1");

  ASSERT_EQ(a.size(), 4 + 2 * 2 + 3);
  for (size_t i = 0; i < a.size(); ++i) {
    const bool is_bias = i == 3 || i == 5 || i == 7 || i == 10;
    EXPECT_EQ(a[i] == 0, is_bias) << i;
  }
}

TEST(CombinatorTest, RandomStartsHaveTheGivenDeviationAndFollowTheKey) {
  constexpr int64_t kUnits = 1000;
  const Decoder config = Config("combinator: SIGMOID initial_stddev: 0.2");
  ParameterSet parameters;
  const Tensor a = AddCombinator(config, kUnits, "a", {.seed = 1}, &parameters)->value();
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    sum += a[i];
    squares += a[i] * a[i];
  }
  EXPECT_EQ(a.shape(), Shape({9, kUnits}));
  EXPECT_NEAR(sum / a.size(), 0, 4 * 0.2 / std::sqrt(9. * kUnits));
  EXPECT_NEAR(std::sqrt(squares / a.size()), 0.2, 4 * 0.2 / std::sqrt(2 * 9. * kUnits));

  ParameterSet others;
  const Tensor b = AddCombinator(config, 1, "b", {.seed = 1, .stream = 1}, &others)->value();
  EXPECT_NE(a[0], b[0]);
}

// The lateral signal is no part of the graph: u alone passes.
TEST(CombinatorTest, NoLateralIsAffineInU) {
  Context context;
  Tape tape(&context);
  std::vector<Real> z_values = {100, 100}, u_values = {2, 3}, a_values = {1, -1, 5, 7};
  const Variable z = tape.Input(Tensor(z_values.data(), {1, 2}));
  const Variable u = tape.Input(Tensor(u_values.data(), {1, 2}));
  const Variable a = tape.Input(Tensor(a_values.data(), {2, 2}));

  const Tensor y = Combine(Config("combinator: NO_LATERAL"), z, u, a).value();

  EXPECT_EQ(y.shape(), Shape({1, 2}));
  EXPECT_EQ(y[0], 11);
  EXPECT_EQ(y[1], 20);
}

}  // namespace
}  // namespace ladder
