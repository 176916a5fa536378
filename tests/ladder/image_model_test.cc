// Ladder networks on images: levels of every kind, and that a convolution over one place is a fully
// connected layer.
#include <cstdint>
#include <string>
#include <vector>

#include "autodiff/grad_check.h"
#include "base/philox.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/model.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

constexpr int64_t kLabeled = 6;
constexpr int64_t kUnlabeled = 7;

Model Resolved(const std::string& layers) {
  Experiment experiment;
  FieldLocations locations;
  const absl::Status status =
      ParseTextProto("data { digits {} } model {" + layers + "}", "x", &experiment, &locations);
  EXPECT_TRUE(status.ok()) << status;
  return Resolve(experiment, locations).value().model();
}

// Levels of every kind, each decoded: 6x6x2, 8x8x3, 4x4x3, 3x3x4, 2x2x4, 1x1x5, 1x1x5, 3.
Model EveryKind() {
  return Resolved(R"(
      input { noise_stddev: 0.2 decoder { cost_weight: 2 } }
      layers { convolution { filters: 3 kernel: 3 padding: FULL } decoder { cost_weight: 0.5 } }
      layers { max_pool {} decoder { cost_weight: 0.5 } }
      layers { convolution { filters: 4 kernel: 2 } activation: LEAKY_RELU
               decoder { cost_weight: 0.5 } }
      layers { max_pool { window: 2 } decoder { cost_weight: 0.5 } }
      layers { convolution { filters: 5 kernel: 3 stride: 2 padding: SAME }
               decoder { cost_weight: 0.5 } }
      layers { global_mean_pool {} decoder { cost_weight: 0.5 } }
      layers { fully_connected { units: 3 } decoder { cost_weight: 0.5 } })");
}

// Random rows and labels, kept for the batch that views them.
class Batch {
 public:
  explicit Batch(int64_t example_size)
      : labels_({0, 1, 2, 0, 1, 2}), inputs_((kLabeled + kUnlabeled) * example_size) {
    PhiloxSequence random({.seed = 3});
    for (Real& x : inputs_) x = static_cast<Real>(random.UniformDouble());
  }
  LadderBatch batch() {
    const int64_t rows = kLabeled + kUnlabeled;
    return {Tensor(inputs_.data(), {rows, static_cast<int64_t>(inputs_.size()) / rows}), labels_};
  }

 private:
  std::vector<int32_t> labels_;
  std::vector<Real> inputs_;
};

TEST(ImageModelTest, GradientsAgreeWithCentralDifferences) {
  if (sizeof(Real) != 8) GTEST_SKIP() << "central differences need double";
  LadderModel model(EveryKind(), {6, 6, 2}, /*seed=*/1);
  Perturb(0.3, /*seed=*/4, &model.parameters());
  Batch rows(6 * 6 * 2);
  Context context;

  const std::vector<GradCheckResult> results = CheckGradients(
      context, model.parameters(),
      [&](Tape& tape) { return model.BuildLoss(tape, rows.batch(), /*step=*/0).loss; });

  for (const GradCheckResult& result : results) {
    EXPECT_LT(result.relative_error, 1e-6)
        << result.parameter << " element " << result.element << ": analytic " << result.analytic
        << ", numeric " << result.numeric;
  }
}

TEST(ImageModelTest, PoolingsHaveNoParametersAndLinearLevelsNoBeta) {
  LadderModel model(EveryKind(), {6, 6, 2}, /*seed=*/1);
  std::vector<std::string> names;
  for (const auto& parameter : model.parameters().parameters()) names.push_back(parameter->name());

  EXPECT_THAT(names, testing::ElementsAre(
                         "encoder/1/W", "encoder/1/beta", "encoder/3/W", "encoder/3/beta",
                         "encoder/5/W", "encoder/5/beta", "encoder/7/W", "encoder/7/beta",
                         "encoder/7/gamma", "decoder/0/V", "decoder/0/a", "decoder/1/a",
                         "decoder/2/V", "decoder/2/a", "decoder/3/a", "decoder/4/V", "decoder/4/a",
                         "decoder/5/a", "decoder/6/V", "decoder/6/a", "decoder/7/a"));
  EXPECT_EQ(model.parameters().Find("decoder/0/a")->shape(), Shape({10, 2}));
  EXPECT_EQ(model.statistics().Find("encoder/4/mean")->shape(), Shape({4}));
}

TEST(ImageModelTest, LevelsHaveTheShapesOfImages) {
  LadderModel model(EveryKind(), {6, 6, 2}, /*seed=*/1);
  Batch rows(6 * 6 * 2);
  Context context;
  Tape tape(&context);

  const LadderStep step = model.BuildLoss(tape, rows.batch(), /*step=*/0);

  EXPECT_EQ(step.corrupted[2].z.shape(), Shape({13, 4, 4, 3}));
  EXPECT_EQ(step.clean[1].z.shape(), Shape({7, 8, 8, 3}));
  EXPECT_EQ(step.decoded[0].z_est.shape(), Shape({7, 6, 6, 2}));
  EXPECT_EQ(step.decoded[5].z_est.shape(), Shape({7, 1, 1, 5}));
  EXPECT_EQ(model.Predict(tape, tape.Constant(rows.batch().inputs)).shape(), Shape({13, 3}));
}

// What differs is how initial weights are distributed: those of the other model are copied.
TEST(ImageModelTest, AConvolutionOverOnePlaceIsFullyConnected) {
  const std::string decoders = "input { decoder { cost_weight: 2 } }";
  const auto layers = [&](const std::string& kind, const std::string& size) {
    return Resolved(decoders + "layers {" + kind + "{" + size +
                    ": 4 } decoder { cost_weight: 1 } }" + "layers {" + kind + "{" + size +
                    ": 3 } decoder { cost_weight: 1 } }");
  };
  LadderModel connected(layers("fully_connected", "units"), {5}, /*seed=*/1);
  LadderModel convolution(layers("convolution", "kernel: 1 filters"), {1, 1, 5}, /*seed=*/1);
  for (const auto& parameter : connected.parameters().parameters()) {
    const Tensor to = convolution.parameters().Find(parameter->name())->value();
    const Tensor from = parameter->value();
    // V is stored as the convolution that it is the transpose of.
    const bool transpose = parameter->name().back() == 'V';
    const int64_t cols = from.shape().cols();
    for (int64_t i = 0; i < from.size(); ++i) {
      to[transpose ? i % cols * (from.size() / cols) + i / cols : i] = from[i];
    }
  }
  Batch rows(5);
  Context context;
  std::vector<double> losses;
  for (LadderModel* model : {&connected, &convolution}) {
    Tape tape(&context);
    losses.push_back(model->BuildLoss(tape, rows.batch(), /*step=*/0).loss.value()[0]);
  }

  EXPECT_NEAR(losses[0], losses[1], 1e-5 * losses[0]);
}

// Each place of an image counts in its channel's statistics, as a row does.
TEST(ImageModelTest, StatisticsAreOverRowsAndPlaces) {
  LadderModel model(Resolved("layers { max_pool { window: 1 } } layers { global_mean_pool {} }"
                             "layers { fully_connected { units: 2 } }"),
                    {2, 1, 1}, /*seed=*/1);
  std::vector<Real> inputs = {1, 2, 3, 6};
  Context context;

  model.EstimateStatistics(&context, 1, [&](int64_t) { return Tensor(inputs.data(), {2, 2}); });

  EXPECT_NEAR(model.statistics().Find("encoder/1/mean")->value()[0], 3, 1e-6);
  // (4 + 1 + 0 + 9) / (4 - 1)
  EXPECT_NEAR(model.statistics().Find("encoder/1/variance")->value()[0], 14. / 3, 1e-6);
}

}  // namespace
}  // namespace ladder
