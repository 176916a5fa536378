#include "tools/stand_in_data.h"

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

TEST(StandInDataTest, RandomImagesStandForAKnownSetThatIsNotHere) {
  Data config;
  config.mutable_mnist()->set_directory(JoinPath(testing::TempDir(), "no_mnist"));

  const absl::StatusOr<TrainingData> data = LoadOrMakeUpTrainingData(config);

  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_TRUE(data->is_made_up);
  EXPECT_EQ(data->dataset.num_examples(), 60000);
  EXPECT_EQ(data->dataset.example_shape, std::vector<int64_t>({28, 28, 1}));
  EXPECT_EQ(data->dataset.num_classes, 10);
  EXPECT_EQ(data->dataset.labels.size(), 60000);
}

TEST(StandInDataTest, TheyAreInColorWhereTheSetIs) {
  Data config;
  config.mutable_cifar10()->set_directory(JoinPath(testing::TempDir(), "no_cifar10"));

  const absl::StatusOr<TrainingData> data = LoadOrMakeUpTrainingData(config);

  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_TRUE(data->is_made_up);
  EXPECT_EQ(data->dataset.num_examples(), 50000);
  EXPECT_EQ(data->dataset.example_shape, std::vector<int64_t>({32, 32, 3}));
}

TEST(StandInDataTest, WhatIsHereIsItself) {
  Data config;
  config.mutable_digits();

  const absl::StatusOr<TrainingData> data = LoadOrMakeUpTrainingData(config);

  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_FALSE(data->is_made_up);
  EXPECT_EQ(data->dataset.num_examples(), 1437);
}

TEST(StandInDataTest, AUsersFileThatIsMissingIsAnError) {
  Data config;
  config.mutable_csv()->set_training(JoinPath(testing::TempDir(), "missing.csv"));

  EXPECT_TRUE(absl::IsNotFound(LoadOrMakeUpTrainingData(config).status()));
}

}  // namespace
}  // namespace ladder
