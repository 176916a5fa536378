#include "ladder/virtual_adversarial.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/philox.h"
#include "gtest/gtest.h"
#include "ladder/model.h"
#include "ops/arithmetic.h"
#include "ops/noise.h"
#include "ops/shape_ops.h"

namespace ladder {
namespace {

constexpr int64_t kInputs = 5;
constexpr int64_t kLabeled = 4;
constexpr int64_t kRows = 10;
constexpr double kTolerance = sizeof(Real) == 4 ? 1e-5 : 1e-12;

// 5-6-4-3, all levels decoded, the two lowest perturbed.
Model SmallModel(VirtualAdversarial::Use use) {
  Model model;
  model.mutable_input()->set_noise_stddev(0.2);
  model.mutable_input()->mutable_decoder()->set_cost_weight(2);
  for (const int64_t units : {6, 4, 3}) {
    Layer* layer = model.add_layers();
    layer->mutable_fully_connected()->set_units(units);
    layer->set_activation(units == 3 ? Layer::SOFTMAX : Layer::LEAKY_RELU);
    layer->mutable_decoder()->set_cost_weight(0.5);
  }
  VirtualAdversarial* adversarial = model.mutable_virtual_adversarial();
  adversarial->set_use(use);
  for (const double epsilon : {0.8, 0.3}) adversarial->add_epsilon(epsilon);
  return model;
}

class VirtualAdversarialTest : public testing::Test {
 protected:
  VirtualAdversarialTest() : labels_({0, 1, 2, 0}), inputs_(kRows * kInputs) {
    PhiloxSequence random({.seed = 3});
    for (Real& x : inputs_) x = static_cast<Real>(random.UniformDouble());
  }
  LadderBatch batch() { return {Tensor(inputs_.data(), {kRows, kInputs}), labels_}; }

  // D_l at z~_l + xi d + offset, with d the random direction of step 0; a sum, not a mean.
  double Divergence(const LadderModel& model, int l, Real xi, std::vector<Real> offset = {}) {
    Tape tape(&context_);
    const PerLevel<int64_t> groups = {kLabeled, kRows - kLabeled};
    const Variable z =
        model.encoder().Encode(tape, {tape.Constant(batch().inputs), groups}, {}, 0).corrupted[l].z;
    offset.resize(z.shape().size());
    const Variable d = UnitRows(GaussianNoise(z * 0, 1, model.adversary().StartKey(l, 0)));
    const Variable moved = z + d * xi + tape.Constant(Tensor(offset.data(), z.shape()));
    const auto logits = [&](Variable from) {
      return Rows(model.encoder().LogitsFrom(tape, l, from, groups, 0).logits, kLabeled, kRows);
    };
    return KlDivergence(logits(z), logits(moved)).value()[0] * (kRows - kLabeled);
  }
  // r_l as found.
  std::vector<Real> Perturbation(const LadderModel& model, int l) {
    const Perturbations found = model.FindPerturbations(&context_, batch(), /*step=*/0);
    Tape tape(&context_);
    const Tensor r = model.adversary().Perturbation(tape, found, l).value();
    return std::vector<Real>(r.data(), r.data() + r.size());
  }

  std::vector<int32_t> labels_;
  std::vector<Real> inputs_;
  Context context_{{.num_threads = 1, .poison_memory = true}};
};

TEST_F(VirtualAdversarialTest, KlDivergenceIsItsDefinition) {
  std::vector<Real> p = {0, 1, 2, -1}, q = {1, 0, 0, 0};
  Tape tape(&context_);
  const Variable p_logits = tape.Constant(Tensor(p.data(), {2, 2}));
  const Variable q_logits = tape.Input(Tensor(q.data(), {2, 2}));

  const Variable divergence = KlDivergence(p_logits, q_logits);
  tape.Backward(divergence);

  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  double expected = 0;
  for (int i = 0; i < 2; ++i) {
    const double a = sigmoid(p[2 * i] - p[2 * i + 1]), b = sigmoid(q[2 * i] - q[2 * i + 1]);
    expected += (a * std::log(a / b) + (1 - a) * std::log((1 - a) / (1 - b))) / 2;
    EXPECT_NEAR(q_logits.grad()[2 * i], (b - a) / 2, kTolerance) << i;
  }
  EXPECT_NEAR(divergence.value()[0], expected, kTolerance);
}

TEST_F(VirtualAdversarialTest, UnitRowsHaveNorm1OrAreZeros) {
  std::vector<Real> x = {3, 4, 0, 0, Real{-2e-25}, 0};
  Tape tape(&context_);

  const Tensor y = UnitRows(tape.Constant(Tensor(x.data(), {3, 2}))).value();

  const double expected[] = {0.6, 0.8, 0, 0, -1, 0};
  for (int i = 0; i < 6; ++i) EXPECT_NEAR(y[i], expected[i], kTolerance) << i;
}

TEST_F(VirtualAdversarialTest, ThePerturbationIsTheGradientByCentralDifferences) {
  if (sizeof(Real) != 8) GTEST_SKIP() << "central differences need double";
  constexpr Real kXi = 0.1, kStep = 1e-5;
  Model config = SmallModel(VirtualAdversarial::COST);
  config.mutable_virtual_adversarial()->set_xi(kXi);
  LadderModel model(config, {kInputs}, /*seed=*/1);

  for (int l = 0; l < 2; ++l) {
    const std::vector<Real> r = Perturbation(model, l);
    const int64_t units = model.encoder().features(l);
    for (int64_t row = kLabeled; row < kRows; ++row) {
      std::vector<double> gradient(units);
      double norm = 0;
      for (int64_t j = 0; j < units; ++j) {
        std::vector<Real> offset(kRows * units);
        offset[row * units + j] = kStep;
        const double up = Divergence(model, l, kXi, offset);
        offset[row * units + j] = -kStep;
        gradient[j] = (up - Divergence(model, l, kXi, offset)) / (2 * kStep);
        norm += gradient[j] * gradient[j];
      }
      const double epsilon = config.virtual_adversarial().epsilon(l);
      for (int64_t j = 0; j < units; ++j) {
        EXPECT_NEAR(r[row * units + j], epsilon * gradient[j] / std::sqrt(norm), 1e-6)
            << "level " << l << " row " << row << " unit " << j;
      }
    }
  }
}

TEST_F(VirtualAdversarialTest, RowsHaveNormEpsilonAndLabeledRowsStay) {
  LadderModel model(SmallModel(VirtualAdversarial::COST), {kInputs}, /*seed=*/1);

  for (int l = 0; l < 2; ++l) {
    const std::vector<Real> r = Perturbation(model, l);
    const int64_t units = model.encoder().features(l);
    for (int64_t row = 0; row < kRows; ++row) {
      double sum = 0;
      for (int64_t j = 0; j < units; ++j) sum += std::pow(r[row * units + j], 2.0);
      EXPECT_NEAR(std::sqrt(sum), row < kLabeled ? 0 : l == 0 ? 0.8 : 0.3, 1e-5) << l << " " << row;
    }
  }
}

TEST_F(VirtualAdversarialTest, ChangesThePredictionMoreThanRandomDirections) {
  Model config = SmallModel(VirtualAdversarial::COST);
  config.mutable_virtual_adversarial()->set_power_iterations(5);
  LadderModel model(config, {kInputs}, /*seed=*/1);

  for (int l = 0; l < 2; ++l) {
    const Real epsilon = static_cast<Real>(config.virtual_adversarial().epsilon(l));
    const double found = Divergence(model, l, 0, Perturbation(model, l));
    EXPECT_GT(found, Divergence(model, l, epsilon)) << l;
    EXPECT_GT(found, Divergence(model, l, -epsilon)) << l;
  }
}

TEST_F(VirtualAdversarialTest, TheCostIsTheWeightedDivergence) {
  Model config = SmallModel(VirtualAdversarial::COST);
  config.mutable_virtual_adversarial()->set_cost_weight(3);
  LadderModel model(config, {kInputs}, /*seed=*/1);
  config.clear_virtual_adversarial();
  const LadderModel plain(config, {kInputs}, /*seed=*/1);
  const Perturbations found = model.FindPerturbations(&context_, batch(), /*step=*/0);
  double divergence = 0;
  for (int l = 0; l < 2; ++l) {
    divergence += Divergence(model, l, 0, Perturbation(model, l)) / (kRows - kLabeled);
  }
  const auto loss = [&](const LadderModel& m) {
    Tape tape(&context_);
    const LadderStep step = m.BuildLoss(tape, batch(), /*step=*/0, found);
    if (step.virtual_adversarial) {
      EXPECT_NEAR(step.virtual_adversarial.value()[0], divergence, kTolerance);
    }
    return step.loss.value()[0];
  };

  EXPECT_GT(divergence, 1e-4);
  EXPECT_NEAR(loss(model), loss(plain) + 3 * divergence, 10 * kTolerance);
}

TEST_F(VirtualAdversarialTest, NoiseIsWhatIsAddedToZ) {
  LadderModel model(SmallModel(VirtualAdversarial::NOISE), {kInputs}, /*seed=*/1);
  const Perturbations found = model.FindPerturbations(&context_, batch(), /*step=*/0);
  const std::vector<Real> r = Perturbation(model, 0);
  Tape tape(&context_);
  const LadderStep step = model.BuildLoss(tape, batch(), /*step=*/0, found);
  const PerLevel<int64_t> groups = {kLabeled, kRows - kLabeled};
  const Variable plain =
      model.encoder().Encode(tape, {tape.Constant(batch().inputs), groups}, {}, 0).corrupted[0].z;

  EXPECT_FALSE(step.virtual_adversarial);
  for (int64_t i = 0; i < kRows * kInputs; ++i) {
    EXPECT_NEAR(step.corrupted[0].z.value()[i], plain.value()[i] + r[i], kTolerance) << i;
  }
}

TEST_F(VirtualAdversarialTest, WithoutLengthItIsThePlainLadder) {
  for (const VirtualAdversarial::Use use : {VirtualAdversarial::NOISE, VirtualAdversarial::COST}) {
    Model config = SmallModel(use);
    config.mutable_virtual_adversarial()->set_epsilon(0, 0);
    config.mutable_virtual_adversarial()->set_epsilon(1, 0);
    LadderModel model(config, {kInputs}, /*seed=*/1);
    config.clear_virtual_adversarial();
    LadderModel plain(config, {kInputs}, /*seed=*/1);
    const auto loss_and_gradients = [&](LadderModel& m) {
      const Perturbations found = m.FindPerturbations(&context_, batch(), /*step=*/0);
      Tape tape(&context_);
      const Variable loss = m.BuildLoss(tape, batch(), /*step=*/0, found).loss;
      tape.Backward(loss);
      const Tensor grads = m.parameters().grads();
      std::vector<Real> values(grads.data(), grads.data() + grads.size());
      values.push_back(loss.value()[0]);
      return values;
    };
    const std::vector<Real> actual = loss_and_gradients(model);
    const std::vector<Real> expected = loss_and_gradients(plain);

    // Noise of zeros leaves every bit; a divergence is only almost exactly 0.
    if (use == VirtualAdversarial::NOISE) {
      EXPECT_EQ(actual.back(), expected.back());
    }
    for (size_t i = 0; i < actual.size(); ++i) {
      ASSERT_NEAR(actual[i], expected[i], 10 * kTolerance) << use << ", " << i;
    }
  }
}

TEST_F(VirtualAdversarialTest, NeedsThePerturbationsOfTheStep) {
  const LadderModel model(SmallModel(VirtualAdversarial::COST), {kInputs}, /*seed=*/1);
  const Perturbations found = model.FindPerturbations(&context_, batch(), /*step=*/3);
  LadderBatch smaller = batch();
  smaller.inputs = Tensor(inputs_.data(), {kRows - 1, kInputs});
  Tape tape(&context_);

  model.BuildLoss(tape, batch(), /*step=*/3, found);
  EXPECT_DEATH(model.BuildLoss(tape, batch(), /*step=*/3), "perturbations of step 0 for 0 levels");
  EXPECT_DEATH(model.BuildLoss(tape, batch(), /*step=*/4, found),
               "perturbations of step 3 for 2 levels in step 4");
  EXPECT_DEATH(model.BuildLoss(tape, smaller, /*step=*/3, found), "in step 3 of 9 rows");
}

TEST_F(VirtualAdversarialTest, FindingThemLeavesGradientsAlone) {
  LadderModel model(SmallModel(VirtualAdversarial::COST), {kInputs}, /*seed=*/1);
  const Tensor grads = model.parameters().grads();
  for (int64_t i = 0; i < grads.size(); ++i) grads[i] = 7;

  model.FindPerturbations(&context_, batch(), /*step=*/0);

  for (int64_t i = 0; i < grads.size(); ++i) ASSERT_EQ(grads[i], 7) << i;
}

TEST_F(VirtualAdversarialTest, WithoutADecoderItIsVirtualAdversarialTraining) {
  Model config = SmallModel(VirtualAdversarial::COST);
  config.mutable_input()->clear_decoder();
  for (Layer& layer : *config.mutable_layers()) layer.clear_decoder();
  LadderModel model(config, {kInputs}, /*seed=*/1);
  const Perturbations found = model.FindPerturbations(&context_, batch(), /*step=*/0);
  Tape tape(&context_);

  const LadderStep step = model.BuildLoss(tape, batch(), /*step=*/0, found);

  EXPECT_TRUE(model.uses_unlabeled_rows());
  EXPECT_GT(step.loss.value()[0], step.supervised.value()[0]);
}

}  // namespace
}  // namespace ladder
