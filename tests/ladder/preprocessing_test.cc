#include "ladder/preprocessing.h"

#include <cstdint>
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

Preprocessing FitToDigits(bool contrast_normalization, bool whitening) {
  return Preprocessing::Fit(DigitsConfig(contrast_normalization, whitening),
                            Digits(DatasetPart::kTraining))
      .value();
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

  const Preprocessing preprocessing = Preprocessing::Fit(config, training).value();

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

  EXPECT_EQ(TestInputs(Preprocessing::Fit(DigitsConfig(true, false), training).value()),
            normalized.MakeFloats());
  EXPECT_EQ(TestInputs(Preprocessing::Fit(DigitsConfig(false, true), training).value()),
            whitened.MakeFloats());
}

TEST(PreprocessingTest, IsTheSameWhenReadBack) {
  const std::string path = JoinPath(testing::TempDir(), "whitening.safetensors");
  const Preprocessing preprocessing = FitToDigits(true, true);

  ASSERT_TRUE(preprocessing.Save(path).ok());

  EXPECT_EQ(TestInputs(Preprocessing::Load(DigitsConfig(true, true), path).value()),
            TestInputs(preprocessing));
}

TEST(PreprocessingTest, WithoutWhiteningThereIsNoFile) {
  const std::string path = JoinPath(testing::TempDir(), "none.safetensors");

  ASSERT_TRUE(FitToDigits(true, false).Save(path).ok());

  EXPECT_TRUE(absl::IsNotFound(ReadFile(path).status()));
  EXPECT_TRUE(Preprocessing::Load(DigitsConfig(true, false), path).ok());
  EXPECT_THAT(Preprocessing::Load(DigitsConfig(true, true), path).status().message(),
              HasSubstr("none.safetensors"));
}

TEST(PreprocessingTest, AFileThatIsNoWhiteningIsAnError) {
  const std::string path = JoinPath(testing::TempDir(), "wrong.safetensors");
  std::vector<Real> values(9);
  const Tensor mean(values.data(), {3});
  const auto load = [&] {
    return Preprocessing::Load(DigitsConfig(false, true), path).status().ToString();
  };

  ASSERT_TRUE(WriteSafetensors(path, {{"matrix", Tensor(values.data(), {3, 3})}}).ok());
  EXPECT_THAT(load(), HasSubstr("mean has 0 values, allowed are 1 to 8192"));
  ASSERT_TRUE(
      WriteSafetensors(path, {{"mean", mean}, {"matrix", Tensor(values.data(), {3, 2})}}).ok());
  EXPECT_THAT(load(), HasSubstr("[3, 2]"));
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
