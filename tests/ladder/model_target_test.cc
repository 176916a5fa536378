// Ladders of numbers, of flags and of classes that weigh differently: gradients and costs.
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "autodiff/grad_check.h"
#include "base/philox.h"
#include "gtest/gtest.h"
#include "ladder/model.h"

namespace ladder {
namespace {

constexpr int64_t kInputs = 5;
constexpr int64_t kLabeled = 6;
constexpr int64_t kUnlabeled = 7;
constexpr int64_t kOutputs = 3;

// 5-6-4-3 with all levels decoded.
Model ModelOf(Model::Target target) {
  Model model;
  model.set_target(target);
  model.mutable_input()->set_noise_stddev(0.2);
  model.mutable_input()->mutable_decoder()->set_cost_weight(2);
  for (const int64_t units : {6, 4, 3}) {
    Layer* layer = model.add_layers();
    layer->mutable_fully_connected()->set_units(units);
    layer->set_activation(Layer::RELU);
    layer->mutable_decoder()->set_cost_weight(0.5);
  }
  model.mutable_layers(2)->set_activation(target == Model::CLASS     ? Layer::SOFTMAX
                                          : target == Model::NUMBERS ? Layer::IDENTITY
                                                                     : Layer::SIGMOID);
  return model;
}

// Random rows with labels, or targets of which some are missing, kept for the batch that views
// them.
class Rows {
 public:
  Rows() : inputs_((kLabeled + kUnlabeled) * kInputs) {
    PhiloxSequence random({.seed = 3});
    for (Real& x : inputs_) x = static_cast<Real>(random.UniformDouble());
    // Of each row some other ones; of the last none is known.
    for (int64_t i = 0; i < kLabeled * kOutputs; ++i) {
      const bool is_known = i % 4 != 1 && i / kOutputs + 1 < kLabeled;
      targets_.push_back(is_known ? static_cast<Real>(i % 2)
                                  : std::numeric_limits<Real>::quiet_NaN());
    }
  }
  LadderBatch batch(Model::Target target) {
    LadderBatch batch = {Tensor(inputs_.data(), {kLabeled + kUnlabeled, kInputs})};
    if (target == Model::CLASS) {
      batch.labels = labels_;
    } else {
      batch.targets = Tensor(targets_.data(), {kLabeled, kOutputs});
    }
    return batch;
  }
  // [kLabeled, kOutputs], NaN where one is missing.
  const std::vector<Real>& targets() const { return targets_; }

 private:
  std::vector<int32_t> labels_ = {0, 1, 2, 0, 1, 2};
  std::vector<Real> targets_;
  std::vector<Real> inputs_;
};

struct TargetCase {
  std::string name;
  Model::Target target;
  std::vector<Real> weights = {};
  std::function<void(Model*)> change = [](Model*) {};
};

class TargetGradientTest : public testing::TestWithParam<TargetCase> {};

TEST_P(TargetGradientTest, AgreesWithCentralDifferences) {
  if (sizeof(Real) != 8)
    GTEST_SKIP() << "central differences need double: model_target_test_double";
  Model config = ModelOf(GetParam().target);
  GetParam().change(&config);
  LadderModel model(config, {kInputs}, /*seed=*/1);
  Perturb(0.3, /*seed=*/4, &model.parameters());
  Rows rows;
  LadderBatch batch = rows.batch(GetParam().target);
  batch.weights = GetParam().weights;
  Context context;

  const std::vector<GradCheckResult> results =
      CheckGradients(context, model.parameters(),
                     [&](Tape& tape) { return model.BuildLoss(tape, batch, /*step=*/0).loss; });

  for (const GradCheckResult& result : results) {
    EXPECT_LT(result.relative_error, 1e-6)
        << result.parameter << " element " << result.element << ": analytic " << result.analytic
        << ", numeric " << result.numeric;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Targets, TargetGradientTest,
    testing::Values(TargetCase{"WeightedClasses", Model::CLASS, {0.5, 1.5, 1, 0.5, 1.5, 1}},
                    TargetCase{"Numbers", Model::NUMBERS}, TargetCase{"Flags", Model::LABELS},
                    TargetCase{"NumbersOfAllRowsDecoded",
                               Model::NUMBERS,
                               {},
                               [](Model* m) {
                                 m->set_decoded_rows(Model::ALL_ROWS);
                                 m->set_batch_norm_groups(Model::JOINED);
                               }}),
    [](const auto& info) { return info.param.name; });

TEST(LadderModelTest, WeightsMultiplyTheCostsOfTheirRows) {
  LadderModel model(ModelOf(Model::CLASS), {kInputs}, /*seed=*/1);
  Rows rows;
  Context context;
  const auto supervised = [&](const std::vector<Real>& weights) {
    LadderBatch batch = rows.batch(Model::CLASS);
    batch.weights = weights;
    Tape tape(&context);
    return model.BuildLoss(tape, batch, /*step=*/0).supervised.value()[0];
  };

  const Real without = supervised({});

  EXPECT_EQ(supervised(std::vector<Real>(kLabeled, 1)), without);
  EXPECT_NEAR(supervised(std::vector<Real>(kLabeled, 2)), 2 * without, 1e-6);
}

TEST(LadderModelTest, TheCostOfNumbersIsTheMeanSquaredErrorOfThoseThatAreKnown) {
  LadderModel model(ModelOf(Model::NUMBERS), {kInputs}, /*seed=*/1);
  Perturb(0.3, /*seed=*/4, &model.parameters());
  Rows rows;
  Context context;
  Tape tape(&context);

  const LadderStep step = model.BuildLoss(tape, rows.batch(Model::NUMBERS), /*step=*/0);

  const Tensor z = step.corrupted[3].z.value();
  const Tensor beta = model.parameters().Find("encoder/3/beta")->value();
  const Tensor gamma = model.parameters().Find("encoder/3/gamma")->value();
  double sum = 0;
  int known = 0;
  for (int64_t i = 0; i < kLabeled * kOutputs; ++i) {
    const double target = rows.targets()[i];
    if (std::isnan(target)) continue;
    sum += std::pow(gamma[i % kOutputs] * (z[i] + beta[i % kOutputs]) - target, 2);
    ++known;
  }
  EXPECT_EQ(known, 11);
  EXPECT_NEAR(step.supervised.value()[0], sum / known, 1e-5);
}

TEST(LadderModelDeathTest, VirtualAdversarialPerturbationsAreForClasses) {
  Model config = ModelOf(Model::NUMBERS);
  config.mutable_virtual_adversarial()->set_use(VirtualAdversarial::COST);
  config.mutable_virtual_adversarial()->add_epsilon(1);
  EXPECT_DEATH(LadderModel(config, {kInputs}, /*seed=*/1), "predictions of classes");
}

}  // namespace
}  // namespace ladder
