#include "tools/predictions.h"

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::HasSubstr;

// Two inputs, two classes.
Model OneLayer() {
  Model model;
  Layer* layer = model.add_layers();
  layer->mutable_fully_connected()->set_units(2);
  layer->set_activation(Layer::SOFTMAX);
  return model;
}

class PredictionsTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& contents) {
    const std::string path = JoinPath(testing::TempDir(), name);
    EXPECT_TRUE(WriteFileAtomically(path, contents).ok());
    return path;
  }
  std::string Error(const std::string& path, const std::string& label_column = "") {
    return std::string(ReadExamples(path, label_column, model_).status().message());
  }

  LadderModel model_{OneLayer(), /*example_shape=*/{2}, /*seed=*/1};
  Context context_;
};

TEST_F(PredictionsTest, ALineHasTheRowItsClassAndAllProbabilities) {
  // The logits are the inputs: mean 0 and variance 1 by default.
  const Tensor weights = model_.parameters().Find("encoder/1/W")->value();
  weights[0] = weights[3] = 1;
  weights[1] = weights[2] = 0;
  const absl::StatusOr<Dataset> dataset =
      ReadExamples(Write("points.csv", "x,y\n0,0\n2,1\n-3,5\n"), "", model_);
  ASSERT_TRUE(dataset.ok()) << dataset.status();

  const std::string csv = PredictionsCsv(&context_, model_, *dataset);

  const std::vector<std::string> lines = absl::StrSplit(csv, '\n');
  ASSERT_EQ(lines.size(), 5);
  EXPECT_EQ(lines[0], "row,label,probability_0,probability_1");
  EXPECT_EQ(lines[1], "0,0,0.5,0.5");
  EXPECT_EQ(lines[2].substr(0, 11), "1,0,0.73105");  // 1 / (1 + e^-1)
  EXPECT_EQ(lines[3].substr(0, 4), "2,1,");
  EXPECT_EQ(lines[4], "");
  const std::vector<std::string> fields = absl::StrSplit(lines[3], ',');
  double p0, p1;
  ASSERT_TRUE(absl::SimpleAtod(fields[2], &p0) && absl::SimpleAtod(fields[3], &p1));
  EXPECT_NEAR(p0 + p1, 1, 1e-5);
  EXPECT_NEAR(p0, 0.00033535, 1e-8);  // 1 / (1 + e^8)
}

TEST_F(PredictionsTest, ALabelColumnIsNoInput) {
  const std::string path = Write("labeled.csv", "class,x,y\n1,0.5,2\n0,3,4\n");
  for (const char* column : {"0", "-3", "class"}) {
    const absl::StatusOr<Dataset> dataset = ReadExamples(path, column, model_);
    ASSERT_TRUE(dataset.ok()) << dataset.status();
    EXPECT_EQ(dataset->labels, std::vector<int32_t>({1, 0}));
    EXPECT_EQ(dataset->example_size(), 2);
  }
}

TEST_F(PredictionsTest, OneColumnTooManyAsksWhetherItIsALabel) {
  const std::string path = Write("more.csv", "1,2,0\n");
  EXPECT_THAT(Error(path),
              HasSubstr("more.csv: has 3 columns, the model takes 2; if one of them has labels, "
                        "tell which, such as --label_column=-1"));
}

TEST_F(PredictionsTest, OtherSizesAreNamed) {
  EXPECT_THAT(Error(Write("wide.csv", "1,2,3,4\n")),
              HasSubstr("wide.csv: an example has 4 values, the model takes 2"));
  EXPECT_THAT(Error(Write("narrow.csv", "1,0\n"), "-1"),
              HasSubstr("narrow.csv: an example has 1 values, the model takes 2"));
}

TEST_F(PredictionsTest, LabelsMustBeOfTheModelsClasses) {
  EXPECT_THAT(Error(Write("class_2.csv", "1,2,2\n"), "-1"), HasSubstr("class_2.csv:1:5"));
}

TEST_F(PredictionsTest, ReadsIdxWhateverItsName) {
  const std::string two_images("\0\0\x08\x02\0\0\0\x02\0\0\0\x02\xff\0\0\xff", 16);
  const absl::StatusOr<Dataset> dataset = ReadExamples(Write("images", two_images), "", model_);
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_EQ(dataset->num_examples(), 2);
  EXPECT_FALSE(dataset->has_labels());
  EXPECT_THAT(Error(Write("images", two_images), "-1"), HasSubstr("--label_column is for .csv"));
}

}  // namespace
}  // namespace ladder
