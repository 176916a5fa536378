#include "data/label_split.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

constexpr RandomKey kKey = {.seed = 7, .stream = 1};

// 60 examples of classes 0, 1, 2, 0, 1, 2, ...
Dataset ThreeClasses() {
  Dataset dataset;
  dataset.example_shape = {1};
  dataset.inputs = std::vector<float>(60);
  dataset.num_classes = 3;
  for (int32_t i = 0; i < 60; ++i) dataset.labels.push_back(i % 3);
  return dataset;
}

std::vector<int64_t> Rows(int64_t begin, int64_t end) {
  std::vector<int64_t> rows(static_cast<size_t>(end - begin));
  std::iota(rows.begin(), rows.end(), begin);
  return rows;
}

std::vector<int64_t> CountLabels(const Dataset& dataset, const std::vector<int64_t>& rows) {
  std::vector<int64_t> counts(static_cast<size_t>(dataset.num_classes));
  for (const int64_t row : rows) {
    ++counts[static_cast<size_t>(dataset.labels[static_cast<size_t>(row)])];
  }
  return counts;
}

TEST(SplitValidationTest, EveryRowIsInExactlyOnePart) {
  const ValidationSplit split = SplitValidation(50, 20, kKey).value();
  std::vector<int64_t> all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  std::sort(all.begin(), all.end());

  EXPECT_EQ(split.validation.size(), 20u);
  EXPECT_EQ(all, Rows(0, 50));
}

TEST(SplitValidationTest, PartsAreRandomAndAscending) {
  const ValidationSplit split = SplitValidation(50, 20, kKey).value();

  EXPECT_TRUE(std::is_sorted(split.training.begin(), split.training.end()));
  EXPECT_TRUE(std::is_sorted(split.validation.begin(), split.validation.end()));
  EXPECT_NE(split.validation, Rows(30, 50));
  EXPECT_NE(split.validation, SplitValidation(50, 20, {.seed = 8, .stream = 1})->validation);
  EXPECT_EQ(split.validation, SplitValidation(50, 20, kKey)->validation);
}

TEST(SplitValidationTest, NoneSetAsideLeavesAll) {
  const ValidationSplit split = SplitValidation(3, 0, kKey).value();

  EXPECT_THAT(split.training, ElementsAre(0, 1, 2));
  EXPECT_TRUE(split.validation.empty());
}

TEST(SplitValidationTest, SomethingMustBeLeftToTrainOn) {
  EXPECT_EQ(SplitValidation(3, 3, kKey).status().message(),
            "cannot set 3 of 3 training examples aside for validation: allowed are 0 to 2");
  EXPECT_EQ(SplitValidation(3, -1, kKey).status().message(),
            "cannot set -1 of 3 training examples aside for validation: allowed are 0 to 2");
  EXPECT_FALSE(SplitValidation(0, 0, kKey).ok());
}

TEST(ChooseLabeledTest, BalancedTakesTheSameNumberOfEachClass) {
  const Dataset dataset = ThreeClasses();

  const std::vector<int64_t> chosen =
      ChooseLabeled(dataset, Rows(0, 60), 12, /*balanced=*/true, kKey).value();

  EXPECT_THAT(CountLabels(dataset, chosen), ElementsAre(4, 4, 4));
  EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end()));
}

TEST(ChooseLabeledTest, TheKeyDecides) {
  const Dataset dataset = ThreeClasses();
  const auto choose = [&](RandomKey key) {
    return ChooseLabeled(dataset, Rows(0, 60), 12, /*balanced=*/true, key).value();
  };

  EXPECT_EQ(choose(kKey), choose(kKey));
  EXPECT_NE(choose(kKey), choose({.seed = 8, .stream = 1}));
  EXPECT_NE(choose(kKey), Rows(0, 12));
}

TEST(ChooseLabeledTest, ChoosesAmongTheGivenRowsOnly) {
  const std::vector<int64_t> chosen =
      ChooseLabeled(ThreeClasses(), Rows(30, 60), 27, /*balanced=*/true, kKey).value();

  EXPECT_EQ(chosen.size(), 27u);
  EXPECT_THAT(chosen, Each(testing::Ge(30)));
}

TEST(ChooseLabeledTest, UnbalancedTakesAnyNumber) {
  const std::vector<int64_t> chosen =
      ChooseLabeled(ThreeClasses(), Rows(0, 60), 13, /*balanced=*/false, kKey).value();

  EXPECT_EQ(chosen.size(), 13u);
  EXPECT_NE(chosen, Rows(0, 13));
  EXPECT_EQ(std::adjacent_find(chosen.begin(), chosen.end()), chosen.end());
}

TEST(ChooseLabeledTest, AllRowsNeedNoBalance) {
  // 20 rows of 3 classes: neither divisible nor balanced.
  EXPECT_EQ(ChooseLabeled(ThreeClasses(), Rows(5, 25), 20, /*balanced=*/true, kKey).value(),
            Rows(5, 25));
}

TEST(ChooseLabeledTest, NumbersOutOfRangeAreErrors) {
  for (const int64_t number : {-1, 0, 61}) {
    EXPECT_EQ(ChooseLabeled(ThreeClasses(), Rows(0, 60), number, true, kKey).status().message(),
              "cannot choose " + std::to_string(number) +
                  " labeled examples: allowed are 1 to 60, the number of training examples");
  }
}

TEST(ChooseLabeledTest, ANumberThatDoesNotDivideIsAnError) {
  EXPECT_EQ(ChooseLabeled(ThreeClasses(), Rows(0, 60), 10, true, kKey).status().message(),
            "cannot balance 10 labeled examples over 3 classes: allowed are the multiples of 3 and "
            "all 60");
}

TEST(ChooseLabeledTest, AClassTooSmallIsAnError) {
  EXPECT_EQ(ChooseLabeled(ThreeClasses(), {0, 1, 3, 4, 6, 7, 2}, 6, true, kKey).status().message(),
            "cannot choose 2 labeled examples of each class: class 2 has only 1 among the training "
            "examples");
}

TEST(ChooseLabeledTest, DataWithoutLabelsIsAnError) {
  EXPECT_EQ(ChooseLabeled(Dataset{}, Rows(0, 60), 6, true, kKey).status().message(),
            "cannot choose labeled examples: the data has no labels");
}

}  // namespace
}  // namespace ladder
