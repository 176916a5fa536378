#include "data/standardization.h"

#include <cmath>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::ElementsAre;
using testing::FloatNear;

Dataset Numbers(std::vector<float> values, int64_t size = 1) {
  return {.example_shape = {size}, .inputs = std::move(values)};
}

std::vector<float> Applied(const Standardization& standardization, std::vector<float> values) {
  Dataset dataset = Numbers(std::move(values), standardization.size());
  standardization.Apply(&dataset);
  return dataset.MakeFloats();
}

TEST(StandardizationTest, TakesEachValueToMeanZeroAndDeviationOneOfTheRowsItIsFittedTo) {
  const Dataset dataset = Numbers({1, 10, 3, 10, 500, 10}, 2);

  const Standardization standardization = Standardization::Fit(dataset, {0, 1});

  EXPECT_THAT(Applied(standardization, {1, 10, 3, 11, 5, 12}), ElementsAre(-1, 0, 1, 0, 3, 0));
}

TEST(StandardizationTest, WhatIsFarFromZeroKeepsItsDigits) {
  const Standardization standardization =
      Standardization::Fit(Numbers({16000000, 16000002}), {0, 1});

  EXPECT_THAT(Applied(standardization, {16000000, 16000004}), ElementsAre(-1, 3));
}

TEST(StandardizationTest, ClipsBothTails) {
  const Standardization standardization =
      Standardization::Fit(Numbers({-1, 1}), {0, 1}, {.clip = 2});

  EXPECT_THAT(Applied(standardization, {-9, 1.5, 1000}), ElementsAre(-2, 1.5, 2));
}

// The scores of three rows: quantiles of 1/6, 1/2, 5/6, which are -0.9674, 0, 0.9674, of deviation
// 0.7899.
TEST(StandardizationTest, RanksBecomeNormalScores) {
  const Standardization standardization =
      Standardization::Fit(Numbers({1, 10, 1000}), {0, 1, 2}, {.rank_weight = 1});
  const float high = std::sqrt(1.5f);

  EXPECT_THAT(Applied(standardization, {1, 10, 1000}),
              ElementsAre(FloatNear(-high, 1e-5), FloatNear(0, 1e-6), FloatNear(high, 1e-5)));
  // Between two rows a line, beyond them nothing new.
  EXPECT_THAT(
      Applied(standardization, {5.5, -7, 1e30}),
      ElementsAre(FloatNear(-high / 2, 1e-5), FloatNear(-high, 1e-5), FloatNear(high, 1e-5)));
}

TEST(StandardizationTest, EqualValuesShareTheMiddleOfTheirRanks) {
  const Standardization standardization =
      Standardization::Fit(Numbers({0, 0, 0, 1}), {0, 1, 2, 3}, {.rank_weight = 1});

  const std::vector<float> scores = Applied(standardization, {0, 1});

  EXPECT_NEAR(3 * scores[0] + scores[1], 0, 1e-5);
  EXPECT_NEAR(3 * scores[0] * scores[0] + scores[1] * scores[1], 4, 1e-4);
}

TEST(StandardizationTest, HalfOfEach) {
  const Dataset dataset = Numbers({1, 10, 1000});
  const std::vector<int64_t> rows = {0, 1, 2};
  const float value = Applied(Standardization::Fit(dataset, rows), {1000})[0];
  const float score = Applied(Standardization::Fit(dataset, rows, {.rank_weight = 1}), {1000})[0];

  EXPECT_FLOAT_EQ(Applied(Standardization::Fit(dataset, rows, {.rank_weight = 0.5}), {1000})[0],
                  (value + score) / 2);
}

// Half of the rows are the same, as in many columns of counts, and the others more than there are
// knots.
TEST(StandardizationTest, ScoresOfManyValuesAndTiesHaveMeanZeroAndDeviationOne) {
  std::vector<float> values;
  std::vector<int64_t> rows;
  for (int i = 0; i < 4000; ++i) {
    values.push_back(i % 2 == 0 ? 0 : static_cast<float>(i));
    rows.push_back(i);
  }
  const Standardization standardization =
      Standardization::Fit(Numbers(values), rows, {.rank_weight = 1});

  double sum = 0, squares = 0;
  for (const float score : Applied(standardization, values)) {
    sum += score;
    squares += score * score;
  }
  EXPECT_NEAR(sum / 4000, 0, 0.01);
  EXPECT_NEAR(squares / 4000, 1, 0.05);
}

TEST(StandardizationTest, AConstantPixelIsConstantInManyRows) {
  Dataset dataset{
      .example_shape = {1}, .inputs = std::vector<uint8_t>(60000, 77), .scale = 1.0 / 255};
  std::vector<int64_t> rows(60000);
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<int64_t>(i);

  Standardization::Fit(dataset, rows).Apply(&dataset);

  EXPECT_THAT(dataset.MakeFloats(), testing::Each(0));
}

TEST(StandardizationTest, ManyValuesNeedFewKnots) {
  std::vector<float> values;
  std::vector<int64_t> rows;
  for (int i = 0; i < 5000; ++i) {
    values.push_back(std::exp(0.002f * static_cast<float>(i)));
    rows.push_back(i);
  }
  const Standardization standardization =
      Standardization::Fit(Numbers(values), rows, {.rank_weight = 1});

  const std::vector<float> scores = Applied(standardization, {values[2500], values[4207]});

  EXPECT_NEAR(scores[0], 0, 0.01);  // the median
  EXPECT_NEAR(scores[1], 1, 0.03);  // 84.1 % lie below
}

}  // namespace
}  // namespace ladder
