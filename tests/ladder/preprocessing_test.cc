#include "ladder/preprocessing.h"

#include <cstdint>
#include <variant>
#include <vector>

#include "data/contrast_normalization.h"
#include "data/digits.h"
#include "data/whitening.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

Data DigitsConfig(bool contrast_normalization, bool whitening) {
  Data config;
  config.mutable_digits();
  if (contrast_normalization) config.mutable_contrast_normalization()->set_scale(8);
  if (whitening) config.mutable_whitening()->set_epsilon(0.1);
  return config;
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
  EXPECT_EQ(TestInputs(Preprocessing::Load(config).value()), test.MakeFloats());
}

TEST(PreprocessingTest, EachPartAlone) {
  const Dataset training = Digits(DatasetPart::kTraining);
  Dataset normalized = Digits(DatasetPart::kTest);
  Dataset whitened = Digits(DatasetPart::kTest);
  NormalizeContrast(8, &normalized);
  Whitening::Fit(training, 0.1)->Apply(&whitened);

  EXPECT_EQ(TestInputs(Preprocessing::Load(DigitsConfig(true, false)).value()),
            normalized.MakeFloats());
  EXPECT_EQ(TestInputs(Preprocessing::Load(DigitsConfig(false, true)).value()),
            whitened.MakeFloats());
}

TEST(PreprocessingTest, BytesStayBytesWithoutIt) {
  Dataset dataset{.example_shape = {1}, .inputs = std::vector<uint8_t>{5}};

  EXPECT_TRUE(Preprocessing::Load(DigitsConfig(false, false))->Apply(&dataset).ok());

  EXPECT_TRUE(std::holds_alternative<std::vector<uint8_t>>(dataset.inputs));
}

TEST(PreprocessingTest, ExamplesOfAnotherSizeAreAnError) {
  Dataset points{.example_shape = {2}, .inputs = std::vector<float>{1, 2}};

  EXPECT_EQ(Preprocessing::Load(DigitsConfig(false, true))->Apply(&points).message(),
            "the whitening of the training set is of examples of 64 values, here they have 2");
}

}  // namespace
}  // namespace ladder
