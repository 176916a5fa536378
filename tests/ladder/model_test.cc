#include "ladder/model.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "autodiff/grad_check.h"
#include "base/philox.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

constexpr int64_t kInputs = 5;
constexpr int64_t kLabeled = 6;
constexpr int64_t kUnlabeled = 7;

// 5-6-4-3 with all levels decoded.
Model FullModel() {
  Model model;
  model.mutable_input()->set_noise_stddev(0.2);
  model.mutable_input()->mutable_decoder()->set_cost_weight(2);
  for (const int64_t units : {6, 4, 3}) {
    Layer* layer = model.add_layers();
    layer->mutable_fully_connected()->set_units(units);
    layer->set_activation(units == 3 ? Layer::SOFTMAX : Layer::RELU);
    layer->mutable_decoder()->set_cost_weight(0.5);
  }
  return model;
}

// Random rows and labels, kept for the batch that views them.
class Rows {
 public:
  explicit Rows(int64_t unlabeled = kUnlabeled)
      : labels_({0, 1, 2, 0, 1, 2}), inputs_((kLabeled + unlabeled) * kInputs) {
    PhiloxSequence random({.seed = 3});
    for (Real& x : inputs_) x = static_cast<Real>(random.UniformDouble());
  }
  LadderBatch batch() {
    const int64_t rows = static_cast<int64_t>(inputs_.size()) / kInputs;
    return {Tensor(inputs_.data(), {rows, kInputs}), labels_};
  }

 private:
  std::vector<int32_t> labels_;
  std::vector<Real> inputs_;
};

struct ModelCase {
  std::string name;
  std::function<void(Model*)> change;
};

// All levels with the same fields of a Decoder.
ModelCase Combinators(const std::string& name, const std::string& fields) {
  return {name, [fields](Model* model) {
            Decoder decoder;
            ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(fields, &decoder));
            model->mutable_input()->mutable_decoder()->MergeFrom(decoder);
            for (Layer& layer : *model->mutable_layers()) {
              layer.mutable_decoder()->MergeFrom(decoder);
            }
          }};
}

class ModelGradientTest : public testing::TestWithParam<ModelCase> {};

TEST_P(ModelGradientTest, AgreesWithCentralDifferences) {
  if (sizeof(Real) != 8) GTEST_SKIP() << "central differences need double: model_test_double";
  Model config = FullModel();
  GetParam().change(&config);
  LadderModel model(config, {kInputs}, /*seed=*/1);
  Perturb(0.3, /*seed=*/4, &model.parameters());
  Rows rows;
  Context context;
  const Perturbations perturbations = model.FindPerturbations(&context, rows.batch(), /*step=*/0);

  const std::vector<GradCheckResult> results =
      CheckGradients(context, model.parameters(), [&](Tape& tape) {
        return model.BuildLoss(tape, rows.batch(), /*step=*/0, perturbations).loss;
      });

  for (const GradCheckResult& result : results) {
    EXPECT_LT(result.relative_error, 1e-6)
        << result.parameter << " element " << result.element << ": analytic " << result.analytic
        << ", numeric " << result.numeric;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Models, ModelGradientTest,
    testing::Values(
        ModelCase{"Full", [](Model*) {}},
        ModelCase{"SigmoidCombinator",
                  [](Model* m) {
                    m->mutable_input()->mutable_decoder()->set_combinator(Decoder::SIGMOID);
                    for (Layer& layer : *m->mutable_layers()) {
                      layer.mutable_decoder()->set_combinator(Decoder::SIGMOID);
                    }
                  }},
        Combinators("GatedGauss", "combinator: GATED_GAUSS"),
        Combinators("RandInit", "combinator: SIGMOID initial_stddev: 0.2"),
        Combinators("RevInit", "combinator: SIGMOID reversed_start: true"),
        Combinators("NoMult", "combinator: NOMULT"), Combinators("NoSig", "combinator: NOSIG"),
        Combinators("Linear", "combinator: LINEAR"),
        Combinators("NoLateral", "combinator: NO_LATERAL"),
        Combinators("Mlp", "combinator: MLP hidden_units: 4 initial_stddev: 0.5"),
        Combinators("Amlp", "combinator: AMLP hidden_units: [2, 2, 2] initial_stddev: 0.5"),
        ModelCase{"BottomOnly",
                  [](Model* m) {
                    for (Layer& layer : *m->mutable_layers()) {
                      layer.mutable_decoder()->set_cost_weight(0);
                    }
                  }},
        ModelCase{"Gamma",
                  [](Model* m) {
                    m->mutable_input()->clear_decoder();
                    for (int l = 0; l + 1 < m->layers_size(); ++l) {
                      m->mutable_layers(l)->clear_decoder();
                    }
                  }},
        ModelCase{"Baseline",
                  [](Model* m) {
                    m->mutable_input()->clear_decoder();
                    for (Layer& layer : *m->mutable_layers()) layer.clear_decoder();
                  }},
        ModelCase{"LeakyRelu",
                  [](Model* m) {
                    for (int l = 0; l + 1 < m->layers_size(); ++l) {
                      m->mutable_layers(l)->set_activation(Layer::LEAKY_RELU);
                    }
                  }},
        ModelCase{"VirtualAdversarialCost",
                  [](Model* m) {
                    m->mutable_virtual_adversarial()->set_use(VirtualAdversarial::COST);
                    m->mutable_virtual_adversarial()->set_stop_gradient_at_prediction(false);
                    m->mutable_virtual_adversarial()->add_epsilon(0.5);
                    m->mutable_virtual_adversarial()->add_epsilon(0.2);
                  }},
        ModelCase{"VirtualAdversarialNoise",
                  [](Model* m) {
                    m->mutable_virtual_adversarial()->set_use(VirtualAdversarial::NOISE);
                    m->mutable_virtual_adversarial()->add_epsilon(0.5);
                    m->mutable_virtual_adversarial()->add_epsilon(0.2);
                  }},
        ModelCase{"ModulatedCombinatorWithoutTopSignal",
                  [](Model* m) {
                    m->set_top_signal(Model::ZERO);
                    m->mutable_input()->mutable_decoder()->set_combinator(Decoder::MODULATED);
                    for (Layer& layer : *m->mutable_layers()) {
                      layer.mutable_decoder()->set_combinator(Decoder::MODULATED);
                    }
                  }},
        ModelCase{"GammaOnAllLayers",
                  [](Model* m) {
                    for (Layer& layer : *m->mutable_layers()) layer.set_gamma(true);
                  }},
        ModelCase{"NoTopGamma", [](Model* m) { m->set_top_gamma(false); }},
        ModelCase{"JoinedBatchNorm", [](Model* m) { m->set_batch_norm_groups(Model::JOINED); }},
        ModelCase{"AllRowsDecoded", [](Model* m) { m->set_decoded_rows(Model::ALL_ROWS); }},
        ModelCase{"SumOverUnits", [](Model* m) { m->set_denoising_cost(Model::SUM_OVER_UNITS); }}),
    [](const auto& info) { return info.param.name; });

TEST(LadderModelTest, TheModulatedCombinatorIsItsFormulaAndStartsAsTheIdentity) {
  Model config = FullModel();
  config.set_top_signal(Model::ZERO);
  for (Layer& layer : *config.mutable_layers()) {
    layer.mutable_decoder()->set_combinator(Decoder::MODULATED);
  }
  LadderModel model(config, {kInputs}, /*seed=*/1);
  Rows rows;
  Context context;
  for (const bool is_perturbed : {false, true}) {
    if (is_perturbed) Perturb(0.3, /*seed=*/4, &model.parameters());
    Tape tape(&context);
    const LadderStep step = model.BuildLoss(tape, rows.batch(), /*step=*/0);
    for (int l = 1; l <= 3; ++l) {
      const Tensor z = step.corrupted[l].z.value().Rows(kLabeled, kLabeled + kUnlabeled);
      const Tensor u = step.decoded[l].u.value();
      const Tensor a = model.decoder().level(l).a->value();  // c1, d1, c2, d2, ...
      const int64_t units = z.shape()[1];
      for (int64_t i = 0; i < z.size(); ++i) {
        if (l == 3) {
          EXPECT_EQ(u[i], 0);
        }
        const auto modulated = [&](int j) {
          const int64_t c = 2 * (j - 1) * units + i % units;
          return a[c] * u[i] + a[c + units];
        };
        const double sigmoid = 1 / (1 + std::exp(-(modulated(3) * z[i] + modulated(4))));
        const double expected = modulated(1) * z[i] + modulated(2) * sigmoid + modulated(5);
        EXPECT_NEAR(step.decoded[l].z_est.value()[i], expected, 1e-5) << l << ", " << i;
        if (!is_perturbed) {
          EXPECT_EQ(step.decoded[l].z_est.value()[i], z[i]) << l << ", " << i;
        }
      }
    }
  }
}

TEST(LadderModelTest, GammaOfAHiddenLayerMultipliesItsActivation) {
  Model config = FullModel();
  LadderModel plain(config, {kInputs}, /*seed=*/1);
  config.mutable_layers(0)->set_gamma(true);
  config.mutable_layers(2)->set_gamma(false);
  LadderModel model(config, {kInputs}, /*seed=*/1);
  const Tensor gamma = model.parameters().Find("encoder/1/gamma")->value();
  std::fill_n(gamma.data(), gamma.size(), Real{2});
  Rows rows;
  Context context;
  const auto hidden = [&](LadderModel& m) {
    Tape tape(&context);
    const Tensor h = m.BuildLoss(tape, rows.batch(), /*step=*/0).corrupted[1].h.value();
    return std::vector<Real>(h.data(), h.data() + h.size());
  };

  const std::vector<Real> once = hidden(plain);
  const std::vector<Real> twice = hidden(model);

  EXPECT_EQ(model.parameters().Find("encoder/2/gamma"), nullptr);
  EXPECT_EQ(model.parameters().Find("encoder/3/gamma"), nullptr);
  for (size_t i = 0; i < once.size(); ++i) EXPECT_NEAR(twice[i], 2 * once[i], 1e-6) << i;
}

TEST(LadderModelTest, CostsAddUpByTheirWeights) {
  LadderModel model(FullModel(), {kInputs}, /*seed=*/1);
  Rows rows;
  Context context;
  Tape tape(&context);

  const LadderStep step = model.BuildLoss(tape, rows.batch(), /*step=*/0);

  double sum = step.supervised.value()[0];
  for (int l = 0; l <= 3; ++l) sum += (l == 0 ? 2 : 0.5) * step.decoded[l].cost.value()[0];
  EXPECT_NEAR(step.loss.value()[0], sum, 1e-5 * sum);
}

TEST(LadderModelTest, SumOverUnitsIsTheMeanTimesTheUnits) {
  Model config = FullModel();
  Rows rows;
  Context context;
  std::vector<double> costs[2];
  for (const bool sum : {false, true}) {
    config.set_denoising_cost(sum ? Model::SUM_OVER_UNITS : Model::MEAN_OVER_UNITS);
    LadderModel model(config, {kInputs}, /*seed=*/1);
    Tape tape(&context);
    const LadderStep step = model.BuildLoss(tape, rows.batch(), /*step=*/0);
    for (const DecodedLevel& level : step.decoded) costs[sum].push_back(level.cost.value()[0]);
  }

  const double units[] = {kInputs, 6, 4, 3};
  for (int l = 0; l <= 3; ++l) EXPECT_NEAR(costs[1][l], units[l] * costs[0][l], 1e-5 * costs[1][l]);
}

TEST(LadderModelTest, StoppedTargetsChangeGradientsNotTheLoss) {
  Rows rows;
  Context context;
  std::vector<Real> gradients[2];
  Real losses[2];
  for (const bool stop : {false, true}) {
    Model config = FullModel();
    config.set_stop_gradient_at_targets(stop);
    LadderModel model(config, {kInputs}, /*seed=*/1);
    Perturb(0.3, /*seed=*/4, &model.parameters());
    Tape tape(&context);
    const LadderStep step = model.BuildLoss(tape, rows.batch(), /*step=*/0);
    tape.Backward(step.loss);
    losses[stop] = step.loss.value()[0];
    const Tensor dw = model.parameters().Find("encoder/1/W")->grad();
    gradients[stop].assign(dw.data(), dw.data() + dw.size());
  }

  EXPECT_EQ(losses[0], losses[1]);
  EXPECT_NE(gradients[0], gradients[1]);
}

TEST(LadderModelTest, NoiseIsAFunctionOfSeedAndStep) {
  Rows rows;
  Context context;
  const auto loss = [&](uint64_t seed, uint32_t step) {
    LadderModel model(FullModel(), {kInputs}, seed);
    Tape tape(&context);
    return model.BuildLoss(tape, rows.batch(), step).loss.value()[0];
  };

  EXPECT_EQ(loss(1, 5), loss(1, 5));
  EXPECT_NE(loss(1, 5), loss(1, 6));
  EXPECT_NE(loss(1, 5), loss(2, 5));
}

TEST(LadderModelTest, ABaselineNeedsNoUnlabeledRows) {
  Model config = FullModel();
  config.mutable_input()->clear_decoder();
  for (Layer& layer : *config.mutable_layers()) layer.clear_decoder();
  LadderModel model(config, {kInputs}, /*seed=*/1);
  Rows labeled_only(/*unlabeled=*/0);
  Rows with_unlabeled;
  Context context;
  const auto loss = [&](Rows& rows) {
    Tape tape(&context);
    return model.BuildLoss(tape, rows.batch(), /*step=*/0).loss.value()[0];
  };

  EXPECT_FALSE(model.uses_unlabeled_rows());
  // Unlabeled rows are normalized apart, so they change nothing.
  EXPECT_EQ(loss(labeled_only), loss(with_unlabeled));
}

TEST(LadderModelTest, APredictionDoesNotDependOnTheOtherRows) {
  LadderModel model(FullModel(), {kInputs}, /*seed=*/1);
  Perturb(0.3, /*seed=*/4, &model.parameters());
  Rows rows;
  const Tensor all = rows.batch().inputs;
  Context context;
  model.EstimateStatistics(&context, 1, [&](int64_t) { return all; });
  const auto predict = [&](Tensor x) {
    Tape tape(&context);
    const Tensor logits = model.Predict(tape, tape.Constant(x)).value();
    return std::vector<Real>(logits.data(), logits.data() + 3);
  };

  const std::vector<Real> alone = predict(all.Rows(0, 1));
  const std::vector<Real> among_others = predict(all);

  for (int j = 0; j < 3; ++j) EXPECT_NEAR(alone[j], among_others[j], 1e-5);
}

TEST(LadderModelTest, SameBitsOnOneTwoAndThreeThreads) {
  Rows rows;
  std::vector<std::vector<Real>> gradients;
  for (const int threads : {1, 2, 3}) {
    LadderModel model(FullModel(), {kInputs}, /*seed=*/1);
    Context context({.num_threads = threads, .poison_memory = true});
    Tape tape(&context);
    tape.Backward(model.BuildLoss(tape, rows.batch(), /*step=*/0).loss);
    const Tensor slab = model.parameters().grads();
    gradients.emplace_back(slab.data(), slab.data() + slab.size());
  }

  EXPECT_EQ(gradients[0], gradients[1]);
  EXPECT_EQ(gradients[0], gradients[2]);
}

}  // namespace
}  // namespace ladder
