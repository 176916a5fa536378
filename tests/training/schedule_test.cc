#include "training/schedule.h"

#include "gtest/gtest.h"

namespace ladder {
namespace {

TEST(LinearDecayTest, FollowsTheLadderNetworksSchedule) {
  const auto rate = [](int epoch) { return LinearDecay(0.002, 150, 0.67, epoch); };

  EXPECT_EQ(rate(1), 0.002);
  EXPECT_EQ(rate(101), 0.002);
  EXPECT_NEAR(rate(102) / 0.002, 49 / 49.5, 1e-12);
  EXPECT_NEAR(rate(103) / 0.002, 48 / 49.5, 1e-12);
  EXPECT_NEAR(rate(150) / 0.002, 1 / 49.5, 1e-12);
}

TEST(LinearDecayTest, NeverRisesAndStaysPositive) {
  for (const double fraction : {0.0, 0.3, 0.5, 0.99}) {
    double last = 1;
    for (int epoch = 1; epoch <= 20; ++epoch) {
      const double rate = LinearDecay(1, 20, fraction, epoch);
      EXPECT_LE(rate, last) << fraction << ", epoch " << epoch;
      EXPECT_GT(rate, 0) << fraction << ", epoch " << epoch;
      last = rate;
    }
  }
}

TEST(LinearDecayTest, FractionZeroDecaysFromTheSecondEpoch) {
  EXPECT_EQ(LinearDecay(1, 4, 0, 1), 1);
  EXPECT_EQ(LinearDecay(1, 4, 0, 2), 0.75);
  EXPECT_EQ(LinearDecay(1, 4, 0, 4), 0.25);
}

TEST(LinearDecayTest, FractionOneNeverDecays) { EXPECT_EQ(LinearDecay(0.1, 7, 1, 7), 0.1); }

TEST(LinearDecayDeathTest, RefusesEpochsThatAreNotThere) {
  EXPECT_DEATH(LinearDecay(1, 10, 0.5, 0), "got epoch 0 of 10");
  EXPECT_DEATH(LinearDecay(1, 10, 0.5, 11), "got epoch 11 of 10");
  EXPECT_DEATH(LinearDecay(1, 10, 1.5, 1), "got decay_start_fraction = 1.5");
}

}  // namespace
}  // namespace ladder
