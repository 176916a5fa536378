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

TEST(ChooseRowsTest, EveryRowIsInExactlyOnePart) {
  const SetAside parts = ChooseRows(Rows(10, 60), 20, kKey);
  std::vector<int64_t> all = parts.rest;
  all.insert(all.end(), parts.chosen.begin(), parts.chosen.end());
  std::sort(all.begin(), all.end());

  EXPECT_EQ(parts.chosen.size(), 20u);
  EXPECT_EQ(all, Rows(10, 60));
}

TEST(ChooseRowsTest, PartsAreRandomAndAscending) {
  const SetAside parts = ChooseRows(Rows(0, 50), 20, kKey);

  EXPECT_TRUE(std::is_sorted(parts.rest.begin(), parts.rest.end()));
  EXPECT_TRUE(std::is_sorted(parts.chosen.begin(), parts.chosen.end()));
  EXPECT_NE(parts.chosen, Rows(30, 50));
  EXPECT_NE(parts.chosen, ChooseRows(Rows(0, 50), 20, {.seed = 8, .stream = 1}).chosen);
  EXPECT_EQ(parts.chosen, ChooseRows(Rows(0, 50), 20, kKey).chosen);
}

TEST(ChooseRowsTest, NoneSetAsideLeavesAll) {
  const SetAside parts = ChooseRows({0, 1, 2}, 0, kKey);

  EXPECT_THAT(parts.rest, ElementsAre(0, 1, 2));
  EXPECT_TRUE(parts.chosen.empty());
}

TEST(ChooseFractionTest, TakesOfEachClassItsShare) {
  Dataset dataset = ThreeClasses();
  for (int i = 0; i < 20; ++i) dataset.labels[i] = 2;  // 13, 14 and 33 of the classes

  const SetAside parts = ChooseFraction(dataset, Rows(0, 60), 0.2, kKey);

  EXPECT_THAT(CountLabels(dataset, parts.chosen), ElementsAre(3, 3, 7));
  EXPECT_EQ(parts.rest.size(), 47u);
  EXPECT_TRUE(std::is_sorted(parts.chosen.begin(), parts.chosen.end()));
}

TEST(ChooseFoldTest, FoldsAreTheRowsCutIntoBalancedParts) {
  const Dataset dataset = ThreeClasses();
  std::vector<int64_t> all;
  for (int fold = 0; fold < 4; ++fold) {
    const SetAside parts = ChooseFold(dataset, Rows(0, 60), /*balanced=*/true, 4, fold, kKey);
    EXPECT_THAT(CountLabels(dataset, parts.chosen), ElementsAre(5, 5, 5));
    EXPECT_EQ(parts.rest.size(), 45u);
    all.insert(all.end(), parts.chosen.begin(), parts.chosen.end());
  }
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, Rows(0, 60));
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
