// Holds configs/deconstructing against the tables of Pezeshki et al. 2016, "Deconstructing the
// Ladder Network architecture", and its supplement.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

// What a variant was trained with for a number of labels, and its result: the mean test error of
// ten runs in percent, and its standard error.
struct Best {
  double noise;
  std::vector<double> cost_weights;  // of level 0, 1 and the others; empty: no decoder
  double initial_stddev;             // of perceptrons; else 0
  double error, standard_error;
};

struct Variant {
  std::string file, name;
  Decoder decoder;  // without weight and initial_stddev
  bool noise_above_input;
  Best best[3];  // with 100, 1000 and all labels
};

Decoder Of(Decoder::Combinator combinator, const std::vector<int32_t>& hidden_units = {}) {
  Decoder decoder;
  decoder.set_combinator(combinator);
  for (const int32_t units : hidden_units) decoder.add_hidden_units(units);
  return decoder;
}

Decoder Reversed() {
  Decoder decoder = Of(Decoder::SIGMOID);
  decoder.set_reversed_start(true);
  return decoder;
}

const std::vector<Variant>& Variants() {
  static const auto* variants = new std::vector<Variant>{
      {"baseline",
       "Baseline",
       {},
       true,
       {{0, {}, 0, 25.804, 0.40}, {0, {}, 0, 8.734, 0.058}, {0, {}, 0, 1.182, 0.010}}},
      {"baseline_noise",
       "Baseline+noise",
       {},
       true,
       {{0.3, {}, 0, 23.034, 0.48}, {0.2, {}, 0, 6.113, 0.105}, {0.3, {}, 0, 0.820, 0.009}}},
      {"vanilla",
       "Vanilla",
       Of(Decoder::SIGMOID),
       true,
       {{0.3, {1000, 10, 0.1}, 0, 1.086, 0.023},
        {0.2, {1000, 10, 0.1}, 0, 1.017, 0.017},
        {0.3, {500, 0, 0}, 0, 0.608, 0.013}}},
      {"first_noise",
       "FirstNoise",
       Of(Decoder::SIGMOID),
       false,
       {{0.6, {1000, 0, 0}, 0, 1.856, 0.193},
        {0.6, {1000, 10, 0.1}, 0, 1.381, 0.029},
        {0.6, {500, 10, 0.1}, 0, 0.732, 0.015}}},
      {"first_recons",
       "FirstRecons",
       Of(Decoder::SIGMOID),
       true,
       {{0.3, {1000, 0, 0}, 0, 1.691, 0.175},
        {0.3, {4000, 0, 0}, 0, 1.053, 0.021},
        {0.3, {500, 0, 0}, 0, 0.608, 0.013}}},
      {"first_both",
       "FirstN&R",
       Of(Decoder::SIGMOID),
       false,
       {{0.6, {1000, 0, 0}, 0, 1.856, 0.193},
        {0.6, {1000, 0, 0}, 0, 1.058, 0.175},
        {0.6, {500, 0, 0}, 0, 0.732, 0.016}}},
      {"no_lateral",
       "NoLateral",
       Of(Decoder::NO_LATERAL),
       false,
       {{0.7, {100, 0, 0}, 0, 16.390, 0.583},
        {0.6, {100, 0, 0}, 0, 5.251, 0.099},
        {0.6, {0, 0, 0}, 0, 0.820, 0.009}}},
      {"rand_init",
       "RandInit",
       Of(Decoder::SIGMOID),
       true,
       {{0.3, {1000, 10, 0.1}, 0.2, 1.232, 0.033},
        {0.2, {1000, 10, 0.1}, 0.2, 1.011, 0.025},
        {0.3, {500, 0, 0}, 0.2, 0.614, 0.015}}},
      {"rev_init",
       "RevInit",
       Reversed(),
       true,
       {{0.3, {1000, 10, 0.1}, 0, 1.305, 0.129},
        {0.2, {1000, 10, 0.1}, 0, 1.031, 0.017},
        {0.3, {500, 0, 0}, 0, 0.631, 0.018}}},
      {"no_sig",
       "NoSig",
       Of(Decoder::NOSIG),
       true,
       {{0.3, {1000, 10, 0.1}, 0, 1.608, 0.124},
        {0.2, {1000, 10, 0.1}, 0, 1.223, 0.014},
        {0.3, {500, 0, 0}, 0, 0.633, 0.010}}},
      {"no_mult",
       "NoMult",
       Of(Decoder::NOMULT),
       true,
       {{0.3, {1000, 10, 0.1}, 0, 3.041, 0.914},
        {0.3, {1000, 10, 0.1}, 0, 1.735, 0.030},
        {0.3, {500, 0, 0}, 0, 0.674, 0.018}}},
      {"linear",
       "Linear",
       Of(Decoder::LINEAR),
       true,
       {{0.3, {2000, 20, 0.2}, 0, 5.027, 0.923},
        {0.3, {2000, 20, 0.2}, 0, 2.769, 0.024},
        {0.3, {500, 0, 0}, 0, 0.849, 0.014}}},
      {"gaussian",
       "Gaussian",
       Of(Decoder::GAUSS),
       true,
       {{0.3, {1000, 10, 0.1}, 0, 1.064, 0.021},
        {0.3, {1000, 10, 0.1}, 0, 0.983, 0.019},
        {0.3, {1000, 0, 0}, 0, 0.604, 0.010}}},
      {"gated_gauss",
       "GatedGauss",
       Of(Decoder::GATED_GAUSS),
       true,
       {{0.2, {2000, 20, 0.2}, 0, 1.308, 0.038},
        {0.2, {1000, 10, 0.1}, 0, 1.094, 0.016},
        {0.3, {2000, 0, 0}, 0, 0.632, 0.011}}},
      {"mlp_4",
       "MLP [4]",
       Of(Decoder::MLP, {4}),
       true,
       {{0.2, {5000, 50, 0.5}, 0.006, 1.374, 0.186},
        {0.3, {10000, 100, 1}, 0.006, 0.996, 0.028},
        {0.3, {2000, 0, 0}, 0.0125, 0.605, 0.012}}},
      {"mlp_2_2",
       "MLP [2, 2]",
       Of(Decoder::MLP, {2, 2}),
       true,
       {{0.2, {2000, 20, 0.2}, 0.05, 1.209, 0.116},
        {0.3, {5000, 50, 0.5}, 0.0125, 1.059, 0.023},
        {0.3, {2000, 0, 0}, 0.05, 0.573, 0.016}}},
      {"mlp_2_2_2",
       "MLP [2, 2, 2]",
       Of(Decoder::MLP, {2, 2, 2}),
       true,
       {{0.2, {10000, 100, 1}, 0.025, 1.274, 0.067},
        {0.3, {2000, 20, 0.2}, 0.025, 1.095, 0.053},
        {0.3, {1000, 0, 0}, 0.05, 0.602, 0.010}}},
      {"amlp_4",
       "AMLP [4]",
       Of(Decoder::AMLP, {4}),
       true,
       {{0.3, {2000, 20, 0.2}, 0.006, 1.072, 0.015},
        {0.3, {5000, 50, 0.5}, 0.025, 0.974, 0.021},
        {0.3, {2000, 0, 0}, 0.0125, 0.598, 0.014}}},
      {"amlp_2_2",
       "AMLP [2, 2]",
       Of(Decoder::AMLP, {2, 2}),
       true,
       {{0.3, {2000, 20, 0.2}, 0.0125, 1.193, 0.039},
        {0.3, {2000, 20, 0.2}, 0.0125, 1.029, 0.023},
        {0.3, {2000, 0, 0}, 0.025, 0.569, 0.010}}},
      {"amlp_2_2_2",
       "AMLP [2, 2, 2]",
       Of(Decoder::AMLP, {2, 2, 2}),
       true,
       {{0.3, {1000, 10, 0.2}, 0.006, 1.002, 0.038},
        {0.3, {1000, 10, 0.2}, 0.006, 0.979, 0.025},
        {0.3, {2000, 0, 0}, 0.006, 0.578, 0.013}}},
  };
  return *variants;
}

// The variant, with what any of the papers' models has.
Experiment Expected(const Variant& variant, const Best& best, int num_labeled) {
  Experiment experiment;
  const auto set_decoder = [&](size_t level, auto* with_decoder) {
    if (best.cost_weights.empty()) return;
    Decoder& decoder = *with_decoder->mutable_decoder();
    decoder = variant.decoder;
    decoder.set_cost_weight(best.cost_weights[std::min<size_t>(level, 2)]);
    if (best.initial_stddev > 0) decoder.set_initial_stddev(best.initial_stddev);
  };
  Model& model = *experiment.mutable_model();
  model.mutable_input()->set_noise_stddev(best.noise);
  set_decoder(0, model.mutable_input());
  for (const int units : {1000, 500, 250, 250, 250, 10}) {
    Layer& layer = *model.add_layers();
    layer.mutable_fully_connected()->set_units(units);
    layer.set_noise_stddev(variant.noise_above_input ? best.noise : 0);
    set_decoder(model.layers_size(), &layer);
  }
  experiment.mutable_data()->mutable_mnist();
  if (num_labeled > 0) experiment.mutable_data()->set_num_labeled(num_labeled);
  experiment.mutable_training()->set_num_epochs(150);
  experiment.mutable_training()->mutable_adam()->set_learning_rate(0.002);
  Published& published = *experiment.mutable_published();
  published.set_source("Pezeshki et al. 2016, " + variant.name);
  published.set_mean(best.error);
  published.set_standard_error(best.standard_error);
  published.set_num_runs(10);
  return Resolve(experiment, FieldLocations()).value();
}

TEST(DeconstructingTest, ConfigsHaveThePublishedHyperparametersAndResults) {
  constexpr int kNumLabeled[] = {100, 1000, 0};
  for (const Variant& variant : Variants()) {
    for (int i = 0; i < 3; ++i) {
      const std::string labels = kNumLabeled[i] == 0 ? "all" : absl::StrCat(kNumLabeled[i]);
      const std::string path =
          absl::StrCat("configs/deconstructing/", variant.file, "_", labels, ".pbtxt");
      SCOPED_TRACE(path);
      Experiment experiment;
      FieldLocations locations;
      const absl::Status status = ReadTextProto(path, &experiment, &locations);
      ASSERT_TRUE(status.ok()) << status;
      const absl::StatusOr<Experiment> resolved = Resolve(experiment, locations);
      ASSERT_TRUE(resolved.ok()) << resolved.status();

      EXPECT_EQ(PrintTextProto(*resolved),
                PrintTextProto(Expected(variant, variant.best[i], kNumLabeled[i])));
    }
  }
}

}  // namespace
}  // namespace ladder
