#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ladder/resolve.h"
#include "tests/ladder/resolve_config.h"

namespace ladder {
namespace {

// Checks kConfig with `to` in the place of `from` against a set of points of two classes.
std::string DataError(const std::string& from, const std::string& to, int num_rows,
                      int num_coordinates = 2) {
  Experiment experiment;
  FieldLocations locations;
  EXPECT_TRUE(ParseTextProto(Changed(from, to), "x.pbtxt", &experiment, &locations).ok());
  const absl::StatusOr<Experiment> resolved = Resolve(experiment, locations);
  EXPECT_TRUE(resolved.ok()) << resolved.status();
  if (!resolved.ok()) return "";
  Dataset points = {.example_shape = {num_coordinates},
                    .inputs = std::vector<float>(num_coordinates * num_rows),
                    .num_classes = 2};
  for (int row = 0; row < num_rows; ++row) points.labels.push_back(row % 2);
  absl::Status status = CheckRows(*resolved, locations, points);
  if (status.ok()) {
    const absl::StatusOr<RowSplit> split = SplitRows(points, resolved->data());
    if (!split.ok()) return std::string(split.status().message());
    status = CheckAgainstData(*resolved, locations, points, *split);
  }
  return std::string(status.message());
}

TEST(CheckAgainstDataTest, AcceptsWhatFits) {
  EXPECT_EQ(DataError("", "", 1000), "");
  EXPECT_EQ(DataError("num_labeled: 6", "", 7), "");
  // All rows: nothing to be balanced.
  EXPECT_EQ(DataError("num_labeled: 6", "num_labeled: 7", 7), "");
  EXPECT_EQ(DataError("num_labeled: 6", "num_labeled: 5 balanced: false", 7), "");
  EXPECT_EQ(DataError("num_labeled: 6", "num_labeled: 6 num_validation: 1", 7), "");
}

TEST(CheckAgainstDataTest, TheTopHasAUnitForEachClass) {
  EXPECT_EQ(DataError("units: 2", "units: 3", 1000),
            "x.pbtxt:8:23: model.layers[1].fully_connected.units must be 2, the number of classes "
            "in the data, got 3");
}

TEST(CheckAgainstDataTest, LabeledRowsAreThereAndBalanced) {
  EXPECT_EQ(DataError("", "", 5),
            "x.pbtxt:14:3: data.num_labeled must be at most 5, the training rows that are not set "
            "aside for validation, got 6");
  EXPECT_EQ(DataError("num_labeled: 6", "num_labeled: 6 num_validation: 2", 7),
            "x.pbtxt:14:3: data.num_labeled must be at most 5, the training rows that are not set "
            "aside for validation, got 6");
  EXPECT_EQ(DataError("num_labeled: 6", "num_labeled: 5", 7),
            "x.pbtxt:14:3: data.num_labeled must be a multiple of 2, the number of classes, if "
            "data.balanced, got 5");
}

TEST(CheckAgainstDataTest, WhatIsWhitenedIsNotTooLarge) {
  EXPECT_EQ(DataError("num_labeled: 6", "whitening {}", 2, 8192), "");
  EXPECT_EQ(DataError("num_labeled: 6", "whitening {}", 2, 8193),
            "x.pbtxt:14:3: data.whitening must be unset for examples of more than 8192 values, got "
            "examples of 8193");
}

TEST(CheckAgainstDataTest, TwoRowsRemainToTrainOn) {
  EXPECT_EQ(DataError("num_labeled: 6", "num_validation: 6", 7),
            "x.pbtxt:14:3: data.num_validation must be at most 5, which leaves 2 of the training "
            "rows, got 6");
  EXPECT_EQ(DataError("num_labeled: 6", "", 1),
            "x.pbtxt:12:1: data has 1 training rows, at least 2 are needed");
}

TEST(CheckAgainstDataTest, SizesCanBeCounted) {
  EXPECT_EQ(DataError("units: 4 }", "units: 10000000 }", 1000, 300),
            "x.pbtxt:4:23: model.layers[0].fully_connected.units must be fewer: 1e+07 on 300 units "
            "below make 6.1e+09 parameters, and there can be 2147483647");
  EXPECT_EQ(DataError("units: 2 }", "units: 2000000000 }", 1000),
            "x.pbtxt:8:23: model.layers[1].fully_connected.units must be fewer: 2e+09 on 4 units "
            "below make 3.4e+10 parameters, and there can be 2147483647");
  EXPECT_EQ(DataError("units: 4 }", "units: 30000000 }", 1000),
            "x.pbtxt:16:1: training.unlabeled_batch_size must be smaller: 106 rows a step of up to "
            "30000000 units are too many, got 100");
  EXPECT_EQ(DataError("adam {}", "num_epochs: 2147483647", 1000),
            "x.pbtxt:16:12: training.num_epochs must be at most 429496729 with 10 steps an epoch, "
            "got 2147483647");
}

}  // namespace
}  // namespace ladder
