#include "tools/stand_in_data.h"

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

// A resolved network of one layer on some data.
Experiment On(const Data& data) {
  Experiment experiment;
  experiment.mutable_model()->add_layers()->mutable_fully_connected();
  *experiment.mutable_data() = data;
  return Resolve(experiment, FieldLocations()).value();
}

absl::StatusOr<StandInData> LoadOrMakeUp(const Data& data) {
  return LoadOrMakeUpData(On(data), FieldLocations());
}

TEST(StandInDataTest, RandomImagesStandForAKnownSetThatIsNotHere) {
  Data config;
  config.mutable_mnist()->set_directory(JoinPath(testing::TempDir(), "no_mnist"));

  const absl::StatusOr<StandInData> made = LoadOrMakeUp(config);

  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(made->is_made_up);
  EXPECT_EQ(made->data.training.num_examples(), 60000);
  EXPECT_EQ(made->data.training.example_shape, std::vector<int64_t>({28, 28, 1}));
  EXPECT_EQ(made->data.training.num_classes, 10);
  EXPECT_EQ(made->data.training.labels.size(), 60000);
}

TEST(StandInDataTest, TheyAreInColorWhereTheSetIs) {
  Data config;
  config.mutable_cifar10()->set_directory(JoinPath(testing::TempDir(), "no_cifar10"));

  const absl::StatusOr<StandInData> made = LoadOrMakeUp(config);

  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_TRUE(made->is_made_up);
  EXPECT_EQ(made->data.training.num_examples(), 50000);
  EXPECT_EQ(made->data.training.example_shape, std::vector<int64_t>({32, 32, 3}));
}

TEST(StandInDataTest, WhatIsHereIsItself) {
  Data config;
  config.mutable_digits();

  const absl::StatusOr<StandInData> made = LoadOrMakeUp(config);

  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_FALSE(made->is_made_up);
  EXPECT_EQ(made->data.training.num_examples(), 1437);
}

TEST(StandInDataTest, ARunTellsWhatItsDataTakes) {
  DataRecord record;
  record.add_example_shape(5);
  record.set_num_classes(2);
  record.set_num_rows(7);
  record.set_inputs_are_bytes(true);

  const Dataset bytes = MakeUpData(record).data.training;
  record.clear_inputs_are_bytes();
  const Dataset floats = MakeUpData(record).data.training;

  EXPECT_EQ(std::get<std::vector<uint8_t>>(bytes.inputs).size(), 35);
  EXPECT_EQ(std::get<std::vector<float>>(floats.inputs).size(), 35);
}

TEST(StandInDataTest, AUsersFileThatIsMissingIsAnError) {
  Data config;
  config.mutable_csv()->set_training(JoinPath(testing::TempDir(), "missing.csv"));

  EXPECT_TRUE(absl::IsNotFound(LoadOrMakeUp(config).status()));
}

TEST(StandInDataTest, ARunTellsWhatItsDataWasLike) {
  DataRecord record;
  record.add_example_shape(3);
  record.set_num_classes(2);
  record.set_num_rows(20);
  record.set_num_training(14);
  record.set_num_labeled(4);
  record.set_num_validation(6);

  const StandInData made = MakeUpData(record);

  EXPECT_EQ(made.data.training.num_examples(), 20);
  EXPECT_EQ(made.data.training.num_classes, 2);
  EXPECT_EQ(made.data.split.training.size(), 14);
  EXPECT_EQ(made.data.split.labeled.size(), 4);
  EXPECT_EQ(made.data.split.validation, std::vector<int64_t>({14, 15, 16, 17, 18, 19}));
}

}  // namespace
}  // namespace ladder
