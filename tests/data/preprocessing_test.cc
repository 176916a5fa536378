// Contrast normalization and whitening, against the NumPy computation of tests/golden.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/file.h"
#include "data/contrast_normalization.h"
#include "data/dataset.h"
#include "data/whitening.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace ladder {
namespace {

using ::nlohmann::json;
using ::testing::FloatNear;
using ::testing::Pointwise;

constexpr float kTolerance = 1e-5f;

json Golden() { return json::parse(*ReadFile("tests/golden/preprocessing.json")); }

Dataset Images(const json& golden, const std::string& key) {
  return {.example_shape = golden["example_shape"],
          .inputs = golden[key].get<std::vector<uint8_t>>(),
          .scale = 1.0 / 255};
}

Dataset NormalizedImages(const json& golden, const std::string& key) {
  Dataset dataset = Images(golden, key);
  NormalizeContrast(golden["scale"], &dataset);
  return dataset;
}

std::vector<float> Floats(const json& golden, const std::string& key) {
  return golden[key].get<std::vector<float>>();
}

TEST(ContrastNormalizationTest, IsThatOfNumPy) {
  const json golden = Golden();

  Dataset training = NormalizedImages(golden, "training");

  EXPECT_THAT(training.MakeFloats(),
              Pointwise(FloatNear(kTolerance), Floats(golden, "training_normalized")));
}

TEST(ContrastNormalizationTest, EachExampleHasMeanZeroAndNormScale) {
  Dataset dataset{.example_shape = {4},
                  .inputs = std::vector<float>{1, 2, 3, 4, -1e-3f, 0, 0, 0, 1e30f, 0, 0, 0}};

  NormalizeContrast(2, &dataset);

  const std::vector<float>& x = dataset.MakeFloats();
  for (size_t i = 0; i < x.size(); i += 4) {
    EXPECT_NEAR(x[i] + x[i + 1] + x[i + 2] + x[i + 3], 0, 1e-6);
    EXPECT_NEAR(std::hypot(std::hypot(x[i], x[i + 1]), std::hypot(x[i + 2], x[i + 3])), 2, 1e-6);
  }
}

TEST(ContrastNormalizationTest, AnExampleWithoutContrastBecomesZero) {
  Dataset dataset{
      .example_shape = {3}, .inputs = std::vector<uint8_t>{77, 77, 77}, .scale = 1.0 / 255};

  NormalizeContrast(55, &dataset);

  EXPECT_THAT(dataset.MakeFloats(), Pointwise(FloatNear(1e-6f), std::vector<float>{0, 0, 0}));
}

TEST(WhiteningTest, IsThatOfNumPy) {
  const json golden = Golden();
  Dataset training = NormalizedImages(golden, "training");
  Dataset fresh = NormalizedImages(golden, "new");

  const Whitening whitening = Whitening::Fit(training, golden["epsilon"]).value();
  whitening.Apply(&training);
  whitening.Apply(&fresh);

  EXPECT_EQ(whitening.size(), 12);
  EXPECT_THAT(whitening.mean(), Pointwise(FloatNear(kTolerance), Floats(golden, "mean")));
  EXPECT_THAT(whitening.matrix(), Pointwise(FloatNear(kTolerance), Floats(golden, "matrix")));
  EXPECT_THAT(training.MakeFloats(),
              Pointwise(FloatNear(kTolerance), Floats(golden, "training_whitened")));
  // Larger numbers: the directions in which eight images do not vary are made ones that matter.
  EXPECT_THAT(fresh.MakeFloats(),
              Pointwise(FloatNear(10 * kTolerance), Floats(golden, "new_whitened")));
}

// More examples than are computed at a time: x = (a, a + b, 5) of independent a and b.
Dataset ManyPoints() {
  std::vector<float> inputs;
  for (int i = 0; i < 1300; ++i) {
    const float a = static_cast<float>(std::sin(i));
    const float b = static_cast<float>(std::cos(0.7 * i * i));
    inputs.insert(inputs.end(), {a, a + b, 5});
  }
  return {.example_shape = {3}, .inputs = inputs};
}

TEST(WhiteningTest, TheCovarianceBecomesTheIdentity) {
  Dataset dataset = ManyPoints();

  Whitening::Fit(dataset, 1e-6)->Apply(&dataset);

  const std::vector<float>& x = dataset.MakeFloats();
  const double n = static_cast<double>(dataset.num_examples());
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      double sum = 0;
      for (size_t row = 0; row < x.size(); row += 3) sum += x[row + i] * x[row + j];
      EXPECT_NEAR(sum / n, i == j && i < 2 ? 1 : 0, 1e-4) << i << ", " << j;
    }
  }
}

TEST(WhiteningTest, BytesAreFittedAsTheFloatsThatTheyStandFor) {
  const json golden = Golden();
  const Dataset bytes = Images(golden, "training");
  Dataset floats = bytes;
  floats.MakeFloats();

  const Whitening of_bytes = Whitening::Fit(bytes, 0.1).value();
  const Whitening of_floats = Whitening::Fit(floats, 0.1).value();

  EXPECT_THAT(of_bytes.matrix(), Pointwise(FloatNear(kTolerance), of_floats.matrix()));
}

TEST(WhiteningTest, ATooSmallEpsilonIsAnError) {
  // The third value is always the same: without epsilon there is no inverse.
  EXPECT_EQ(Whitening::Fit(ManyPoints(), 1e-300).status().message(),
            "cannot whiten the inputs: their covariance with epsilon 1e-300 on its diagonal is "
            "singular; a larger epsilon is needed");
}

}  // namespace
}  // namespace ladder
