#include "data/dataset.h"

#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

Dataset ThreeImages() {
  Dataset dataset;
  dataset.example_shape = {1, 2, 1};
  dataset.inputs = std::vector<uint8_t>{0, 51, 102, 153, 204, 255};
  dataset.scale = 1.0 / 255;
  dataset.labels = {2, 0, 1};
  dataset.num_classes = 3;
  return dataset;
}

TEST(DatasetTest, CountsExamples) {
  const Dataset dataset = ThreeImages();

  EXPECT_EQ(dataset.example_size(), 2);
  EXPECT_EQ(dataset.num_examples(), 3);
  EXPECT_TRUE(dataset.has_labels());
}

TEST(DatasetTest, AnEmptyDatasetHasNoExamples) {
  EXPECT_EQ(Dataset{}.num_examples(), 0);
  EXPECT_EQ(Dataset{.example_shape = {0}}.num_examples(), 0);
  EXPECT_FALSE(Dataset{}.has_labels());
}

TEST(DatasetTest, CopiesBytesInTheOrderAskedForAndScaled) {
  const Dataset dataset = ThreeImages();
  std::vector<double> out(4);

  dataset.CopyRows<double>({2, 0}, out.data());

  EXPECT_THAT(out, ElementsAre(204.0 / 255, 1, 0, 0.2));
}

TEST(DatasetTest, WhiteIsOneInFloatToo) {
  const Dataset dataset = ThreeImages();
  std::vector<float> out(2);

  dataset.CopyRows<float>({2}, out.data());

  EXPECT_EQ(out[1], 1.0f);
}

TEST(DatasetTest, FloatsAreWhatTheBytesWereCopiedAs) {
  Dataset dataset = ThreeImages();
  std::vector<float> copied(2);
  dataset.CopyRows<float>({1}, copied.data());

  std::vector<float>& floats = dataset.MakeFloats();

  EXPECT_EQ(floats.size(), 6);
  EXPECT_EQ(floats[2], copied[0]);
  EXPECT_EQ(floats[3], copied[1]);
  EXPECT_EQ(dataset.scale, 1);
  dataset.MakeFloats();
  EXPECT_EQ(floats[3], copied[1]);
}

TEST(DatasetTest, CopiesFloats) {
  const Dataset dataset{.example_shape = {1}, .inputs = std::vector<float>{-1.5f, 0.25f}};
  std::vector<float> out(2);

  dataset.CopyRows<float>({1, 1}, out.data());

  EXPECT_THAT(out, ElementsAre(0.25f, 0.25f));
}

TEST(DatasetTest, CopiesLabels) {
  std::vector<int32_t> out(2);

  ThreeImages().CopyLabels({2, 0}, out.data());

  EXPECT_THAT(out, ElementsAre(1, 2));
}

TEST(DatasetDeathTest, ARowThatIsNotThereDies) {
  const Dataset dataset = ThreeImages();
  std::vector<float> out(2);

  EXPECT_DEATH(dataset.CopyRows<float>({3}, out.data()), "row 3 of 3");
  EXPECT_DEATH(dataset.CopyRows<float>({-1}, out.data()), "row -1 of 3");
}

TEST(DatasetDeathTest, ALabelThatIsNotThereDies) {
  Dataset dataset = ThreeImages();
  dataset.labels.clear();
  int32_t label;

  EXPECT_DEATH(dataset.CopyLabels({0}, &label), "label of row 0 of 0");
}

}  // namespace
}  // namespace ladder
