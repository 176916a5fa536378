#include "ladder/preprocessing.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "base/file.h"
#include "data/contrast_normalization.h"
#include "data/digits.h"
#include "data/whitening.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/evaluation.h"
#include "training/run_directory.h"
#include "training/safetensors.h"

namespace ladder {
namespace {

using testing::HasSubstr;

Data DigitsConfig(bool contrast_normalization, bool whitening) {
  Data config;
  config.mutable_digits();
  if (contrast_normalization) config.mutable_contrast_normalization()->set_scale(8);
  if (whitening) config.mutable_whitening()->set_epsilon(0.1);
  return config;
}

Preprocessing Fit(const Data& config, const Dataset& training) {
  return Preprocessing::Fit(config, training, AllRows(training.num_examples())).value();
}

// The folder of a run that holds nothing.
RunDirectory NewRun(const std::string& name) {
  const std::string path = JoinPath(testing::TempDir(), name);
  std::filesystem::remove_all(path);
  return RunDirectory::Create(path).value();
}

Preprocessing FitToDigits(bool contrast_normalization, bool whitening) {
  return Fit(DigitsConfig(contrast_normalization, whitening), Digits(DatasetPart::kTraining));
}

// What is made of the test set.
std::vector<float> TestInputs(const Preprocessing& preprocessing) {
  Dataset test = Digits(DatasetPart::kTest);
  EXPECT_TRUE(preprocessing.Apply(&test).ok());
  return test.MakeFloats();
}

TEST(PreprocessingTest, WhitensWithTheTrainingSetWhatHasBeenNormalized) {
  Dataset training = Digits(DatasetPart::kTraining);
  Dataset test = Digits(DatasetPart::kTest);
  const Data config = DigitsConfig(true, true);

  const Preprocessing preprocessing = Fit(config, training);

  NormalizeContrast(8, &training);
  NormalizeContrast(8, &test);
  Whitening::Fit(training, 0.1)->Apply(&test);
  EXPECT_EQ(TestInputs(preprocessing), test.MakeFloats());
}

TEST(PreprocessingTest, EachPartAlone) {
  const Dataset training = Digits(DatasetPart::kTraining);
  Dataset normalized = Digits(DatasetPart::kTest);
  Dataset whitened = Digits(DatasetPart::kTest);
  NormalizeContrast(8, &normalized);
  Whitening::Fit(training, 0.1)->Apply(&whitened);

  EXPECT_EQ(TestInputs(Fit(DigitsConfig(true, false), training)), normalized.MakeFloats());
  EXPECT_EQ(TestInputs(Fit(DigitsConfig(false, true), training)), whitened.MakeFloats());
}

TEST(PreprocessingTest, IsTheSameWhenReadBack) {
  const RunDirectory run = NewRun("read_back");
  Data config = DigitsConfig(true, true);
  config.mutable_standardization()->set_clip(2);
  const Preprocessing preprocessing = Fit(config, Digits(DatasetPart::kTraining));

  ASSERT_TRUE(preprocessing.Save(run).ok());

  EXPECT_EQ(preprocessing.Text(), "standardized, contrast normalized, whitened");
  EXPECT_EQ(TestInputs(Preprocessing::Load(config, run).value()), TestInputs(preprocessing));
}

TEST(PreprocessingTest, WithoutWhiteningThereIsNoFile) {
  const RunDirectory run = NewRun("none");

  ASSERT_TRUE(FitToDigits(true, false).Save(run).ok());

  EXPECT_TRUE(absl::IsNotFound(ReadFile(run.whitening()).status()));
  EXPECT_TRUE(Preprocessing::Load(DigitsConfig(true, false), run).ok());
  EXPECT_THAT(Preprocessing::Load(DigitsConfig(true, true), run).status().message(),
              HasSubstr("whitening.safetensors"));
}

TEST(PreprocessingTest, AFileThatIsNoWhiteningIsAnError) {
  const RunDirectory run = NewRun("wrong");
  const std::string path = run.whitening();
  std::vector<Real> values(9);
  const Tensor mean(values.data(), {3});
  const auto load = [&] {
    return Preprocessing::Load(DigitsConfig(false, true), run).status().ToString();
  };

  ASSERT_TRUE(WriteSafetensors(path, {{"matrix", Tensor(values.data(), {3, 3})}}).ok());
  EXPECT_THAT(load(), HasSubstr("mean has 0 values, allowed are 1 to 8192"));
  ASSERT_TRUE(
      WriteSafetensors(path, {{"mean", mean}, {"matrix", Tensor(values.data(), {3, 2})}}).ok());
  EXPECT_THAT(load(), HasSubstr("[3, 2]"));
}

// Only what the model is shown decides, and what is the same in all of it becomes 0.
TEST(PreprocessingTest, StandardizesByTheRowsThatAreShown) {
  Dataset dataset{.example_shape = {2}, .inputs = std::vector<float>{1, 7, 3, 7, 50, 8}};
  Data config;
  config.mutable_standardization()->set_clip(4);

  const Preprocessing preprocessing = Preprocessing::Fit(config, dataset, {0, 1}).value();
  ASSERT_TRUE(preprocessing.Apply(&dataset).ok());

  EXPECT_THAT(dataset.MakeFloats(), testing::ElementsAre(-1, 0, 1, 0, 4, 0));
}

TEST(PreprocessingTest, BytesStayBytesWithoutIt) {
  Dataset dataset{.example_shape = {1}, .inputs = std::vector<uint8_t>{5}};

  EXPECT_TRUE(FitToDigits(false, false).Apply(&dataset).ok());

  EXPECT_TRUE(std::holds_alternative<std::vector<uint8_t>>(dataset.inputs));
}

TEST(PreprocessingTest, ExamplesOfAnotherSizeAreAnError) {
  Dataset points{.example_shape = {2}, .inputs = std::vector<float>{1, 2}};

  EXPECT_EQ(FitToDigits(false, true).Apply(&points).message(),
            "the whitening of the training set is of examples of 64 values, here they have 2");
}

}  // namespace
}  // namespace ladder
