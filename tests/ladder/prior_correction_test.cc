#include "ladder/prior_correction.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

// A classifier that learnt from as many rows of either class, and is sure.
TEST(PriorCorrectionTest, CountsWhatIsSure) {
  std::vector<double> probabilities;
  for (int i = 0; i < 98; ++i) {
    probabilities.push_back(i < 79 ? 1 : 0);
    probabilities.push_back(i < 79 ? 0 : 1);
  }

  // (79 + 1) / 100 and (19 + 1) / 100, by 1/2.
  EXPECT_THAT(EstimatePriorRatio(probabilities, {0.5, 0.5}),
              ElementsAre(DoubleNear(1.6, 1e-9), DoubleNear(0.4, 1e-9)));
}

TEST(PriorCorrectionTest, WhatIsAsFrequentAsInTrainingStays) {
  std::vector<double> probabilities;
  for (int i = 0; i < 100; ++i) {
    const double p = i % 4 == 0 ? 0.97 : 0.01;  // a quarter
    probabilities.push_back(p);
    probabilities.push_back(1 - p);
  }

  EXPECT_THAT(EstimatePriorRatio(probabilities, {0.25, 0.75}),
              ElementsAre(DoubleNear(1, 0.05), DoubleNear(1, 0.02)));
}

TEST(PriorCorrectionTest, AClassThatNoLabelShowsStays) {
  const std::vector<double> ratio = EstimatePriorRatio({0.9, 0, 0.1, 0.8, 0.1, 0.1}, {0.5, 0, 0.5});

  EXPECT_EQ(ratio[1], 1);
  EXPECT_GT(ratio[0], ratio[2]);
}

// One that is not sure at first is drawn further, round by round, than its mean prediction of 0.75.
TEST(PriorCorrectionTest, GoesOnUntilItAgreesWithItself) {
  std::vector<double> probabilities;
  for (int i = 0; i < 1000; ++i) {
    const double p = i % 10 == 0 ? 0.3 : 0.8;
    probabilities.push_back(p);
    probabilities.push_back(1 - p);
  }

  const std::vector<double> ratio = EstimatePriorRatio(probabilities, {0.5, 0.5});

  EXPECT_GT(ratio[0] / 2, 0.9);
  EXPECT_NEAR(ratio[0] + ratio[1], 2, 1e-9);
}

}  // namespace
}  // namespace ladder
