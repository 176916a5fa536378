#include "data/digits.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

std::vector<float> AllValues(const Dataset& dataset) {
  std::vector<int64_t> rows(static_cast<size_t>(dataset.num_examples()));
  std::iota(rows.begin(), rows.end(), 0);
  std::vector<float> values(rows.size() * static_cast<size_t>(dataset.example_size()));
  dataset.CopyRows<float>(rows, values.data());
  return values;
}

TEST(DigitsTest, AllAreInTheProgram) {
  EXPECT_EQ(Digits(DatasetPart::kTraining).num_examples(), 1437);
  EXPECT_EQ(Digits(DatasetPart::kTest).num_examples(), 360);
}

TEST(DigitsTest, AreSmallGreyImages) {
  const Dataset training = Digits(DatasetPart::kTraining);

  EXPECT_THAT(training.example_shape, ElementsAre(8, 8, 1));
  EXPECT_EQ(training.num_classes, 10);
}

TEST(DigitsTest, ValuesReachFromZeroToOne) {
  for (const DatasetPart part : {DatasetPart::kTraining, DatasetPart::kTest}) {
    const std::vector<float> values = AllValues(Digits(part));
    EXPECT_EQ(*std::min_element(values.begin(), values.end()), 0);
    EXPECT_EQ(*std::max_element(values.begin(), values.end()), 1);
  }
}

TEST(DigitsTest, PartsBeginAsTheirLinesDo) {
  const Dataset training = Digits(DatasetPart::kTraining);
  const Dataset test = Digits(DatasetPart::kTest);
  std::vector<int32_t> first(training.labels.begin(), training.labels.begin() + 5);

  EXPECT_THAT(first, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(AllValues(training)[2], 5.0f / 16);
  // Line 1438 of the file: "0,4,16,15,2,...,2".
  EXPECT_EQ(test.labels[0], 2);
  EXPECT_EQ(AllValues(test)[1], 4.0f / 16);
}

TEST(DigitsTest, EachClassIsInBothParts) {
  for (const DatasetPart part : {DatasetPart::kTraining, DatasetPart::kTest}) {
    const Dataset dataset = Digits(part);
    for (int32_t label = 0; label < 10; ++label) {
      EXPECT_GT(std::count(dataset.labels.begin(), dataset.labels.end(), label),
                dataset.num_examples() / 12);
    }
  }
}

}  // namespace
}  // namespace ladder
