// Compares the ladder with an independent implementation in float64 NumPy: tests/golden/README.md.
// In double the two agree to rounding; in float, to what float can hold.
#include "tests/ladder/golden.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "ladder/experiment.pb.h"
#include "ladder/model.h"
#include "tensor/context.h"
#include "training/adam.h"

namespace ladder {
namespace {

Decoder::Combinator CombinatorOf(const std::string& name) {
  if (name == "sig") return Decoder::SIGMOID;
  Decoder::Combinator combinator = Decoder::GAUSS;
  EXPECT_TRUE(Decoder::Combinator_Parse(absl::AsciiStrToUpper(name), &combinator)) << name;
  return combinator;
}

Model ModelOf(const Json& golden) {
  Model model;
  Layer::Activation top_activation = Layer::SOFTMAX;
  if (golden.contains("target")) {
    const bool is_numbers = golden["target"] == "numbers";
    model.set_target(is_numbers ? Model::NUMBERS : Model::LABELS);
    top_activation = is_numbers ? Layer::IDENTITY : Layer::SIGMOID;
  }
  const std::vector<int64_t> units = golden["units"];
  const std::vector<double> noise = golden["noise_stddev"];
  const std::vector<double> lambdas = golden["lambdas"];
  const std::vector<int> decoded = golden["decoded_levels"];
  model.mutable_input()->set_noise_stddev(noise[0]);
  for (size_t l = 1; l < units.size(); ++l) {
    Layer* layer = model.add_layers();
    layer->mutable_fully_connected()->set_units(units[l]);
    layer->set_activation(l + 1 == units.size() ? top_activation : Layer::RELU);
    layer->set_noise_stddev(noise[l]);
  }
  for (const int l : decoded) {
    Decoder* decoder = l == 0 ? model.mutable_input()->mutable_decoder()
                              : model.mutable_layers(l - 1)->mutable_decoder();
    decoder->set_combinator(CombinatorOf(golden["combinator"]));
    if (golden.contains("hidden_units")) {
      for (const int32_t units : golden["hidden_units"]) decoder->add_hidden_units(units);
    }
    decoder->set_cost_weight(lambdas[l]);
  }
  return model;
}

// A ladder as a golden file describes it, with its parameters and batch.
class GoldenTest : public testing::TestWithParam<std::string> {
 protected:
  GoldenTest()
      : golden_(ReadGolden(GetParam())),
        model_(ModelOf(golden_), {golden_["units"][0].get<int64_t>()}, golden_["noise_seed"]),
        labels_(golden_.value("labels", std::vector<int32_t>())) {
    if (golden_.contains("targets")) {
      for (const Json& target : golden_["targets"]["values"]) {
        targets_.push_back(target.is_null() ? std::numeric_limits<Real>::quiet_NaN()
                                            : static_cast<Real>(target.get<double>()));
      }
    }
    SetParameters(golden_, model_.parameters());
    inputs_ = GoldenInputs(golden_);
  }

  int64_t input_units() const { return golden_["units"][0]; }
  Tensor inputs() {
    const int64_t rows = static_cast<int64_t>(inputs_.size()) / input_units();
    return Tensor(inputs_.data(), {rows, input_units()});
  }
  LadderBatch batch() {
    LadderBatch batch = {inputs(), labels_};
    if (!targets_.empty()) batch.targets = Tensor(targets_.data(), {num_labeled(), num_outputs()});
    return batch;
  }
  int64_t num_outputs() const { return golden_["units"].back(); }
  int64_t num_labeled() const { return golden_["inputs"]["labeled"]["shape"][0]; }

  Json golden_;
  LadderModel model_;
  std::vector<int32_t> labels_;
  std::vector<Real> targets_;  // in place of labels; NaN where the file has null
  std::vector<Real> inputs_;
  Context context_;
};

TEST_P(GoldenTest, ActivationsCostsAndGradientsOfOneStep) {
  Tape tape(&context_);
  const LadderStep step = model_.BuildLoss(tape, batch(), /*step=*/0);
  tape.Backward(step.loss);

  int compared = 0;
  const auto compare = [&](const std::string& name, Variable actual) {
    if (!golden_["activations"].contains(name) || !actual) return;
    ExpectNear(actual.value(), golden_["activations"][name], name);
    ++compared;
  };
  const int top = model_.encoder().num_layers();
  for (int l = 0; l <= top; ++l) {
    const std::string level = std::to_string(l);
    compare("corrupted/" + level + "/z", step.corrupted[l].z);
    compare("corrupted/" + level + "/h", step.corrupted[l].h);
    compare("clean/" + level + "/z", step.clean[l].z);
    compare("clean/" + level + "/h", step.clean[l].h);
    compare("clean/" + level + "/mean", step.clean[l].mean);
    compare("clean/" + level + "/variance", step.clean[l].variance);
    compare("decoder/" + level + "/u", step.decoded[l].u);
    compare("decoder/" + level + "/z_est", step.decoded[l].z_est);
    if (step.decoded[l].cost) {
      const double cost = golden_["costs"]["denoising"][l];
      EXPECT_NEAR(step.decoded[l].cost.value()[0], cost, kTolerance * cost) << "level " << l;
    }
  }
  // All that the file has but the noise itself, the two outputs of the top, which are no level's,
  // and normalized reconstructions, of which only the cost is kept.
  int not_kept = (top + 1) + 2;
  for (const auto& [name, tensor] : golden_["activations"].items()) {
    if (absl::EndsWith(name, "/z_est_normalized")) ++not_kept;
  }
  EXPECT_EQ(compared, golden_["activations"].size() - not_kept);
  EXPECT_NEAR(step.supervised.value()[0], golden_["costs"]["supervised"].get<double>(), kTolerance);
  EXPECT_NEAR(step.loss.value()[0], golden_["costs"]["total"].get<double>(),
              kTolerance * golden_["costs"]["total"].get<double>());
  for (const auto& [name, gradient] : golden_["gradients"].items()) {
    ExpectNear(model_.parameters().Find(name)->grad(), gradient, "gradient of " + name);
  }
}

TEST_P(GoldenTest, LossesParametersAndPredictionsOfTenAdamSteps) {
  Adam adam(&model_.parameters(), {.learning_rate = golden_["adam"]["learning_rate"]});
  const std::vector<double> losses = golden_["losses"];
  for (size_t t = 0; t < losses.size(); ++t) {
    Tape tape(&context_);
    const LadderStep step = model_.BuildLoss(tape, batch(), static_cast<uint32_t>(t));
    EXPECT_NEAR(step.loss.value()[0], losses[t], 10 * kTolerance * losses[t]) << "step " << t;
    tape.Backward(step.loss);
    ASSERT_TRUE(adam.Step(context_));
  }
  for (const auto& [name, values] : golden_["final_parameters"].items()) {
    ExpectNear(model_.parameters().Find(name)->value(), values, name);
  }

  const int64_t labeled = num_labeled();
  const int64_t rows = inputs().shape()[0];
  model_.EstimateStatistics(&context_, 1, [&](int64_t) { return inputs().Rows(0, labeled); });
  const Json& predictions = golden_["predictions"];
  for (int l = 1; l <= model_.encoder().num_layers(); ++l) {
    const EncoderLayer& layer = model_.encoder().layer(l);
    ExpectNear(layer.mean->value(), predictions[std::to_string(l) + "/mean"], "mean");
    ExpectNear(layer.variance->value(), predictions[std::to_string(l) + "/variance"], "variance");
  }
  Tape tape(&context_);
  const Variable logits = model_.Predict(tape, tape.Constant(inputs().Rows(labeled, rows)));
  ExpectNear(logits.value(), predictions["logits"], "logits");
  ExpectNear(model_.Output(logits).value(), predictions["probabilities"], "probabilities");
}

INSTANTIATE_TEST_SUITE_P(Ladders, GoldenTest,
                         testing::Values("gauss_full", "sig_full", "gamma", "gated_gauss_full",
                                         "amlp_full", "no_lateral", "numbers_full", "labels_full"),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace ladder
