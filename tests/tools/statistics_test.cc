#include "tools/statistics.h"

#include <vector>

#include "gtest/gtest.h"

namespace ladder {
namespace {

TEST(StatisticsTest, AreThoseOfTheTextbook) {
  const Statistics s = ComputeStatistics({2, 4, 4, 4, 5, 5, 7, 9});

  EXPECT_EQ(s.count, 8);
  EXPECT_DOUBLE_EQ(s.mean, 5);
  EXPECT_DOUBLE_EQ(*s.standard_deviation, 2.1380899352993950);  // sqrt(32 / 7)
  EXPECT_DOUBLE_EQ(*s.standard_error, 0.7559289460184544);      // sqrt(32 / 7 / 8)
  EXPECT_EQ(s.lowest, 2);
  EXPECT_EQ(s.highest, 9);
}

TEST(StatisticsTest, ASmallDeviationOfLargeNumbersIsExact) {
  EXPECT_EQ(*ComputeStatistics({1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16}).standard_deviation,
            *ComputeStatistics({4, 7, 13, 16}).standard_deviation);
}

TEST(StatisticsTest, OneValueHasNoDeviation) {
  const Statistics s = ComputeStatistics({1.5});

  EXPECT_EQ(s.count, 1);
  EXPECT_EQ(s.mean, 1.5);
  EXPECT_EQ(s.lowest, 1.5);
  EXPECT_EQ(s.highest, 1.5);
  EXPECT_FALSE(s.standard_deviation.has_value());
  EXPECT_FALSE(s.standard_error.has_value());
}

TEST(StatisticsTest, NoValuesAreCounted) { EXPECT_EQ(ComputeStatistics({}).count, 0); }

}  // namespace
}  // namespace ladder
