#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/philox.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/config_file.h"
#include "ladder/experiment_data.h"
#include "ladder/resolve.h"
#include "ladder/trainer.h"
#include "tensor/profile.h"

namespace ladder {
namespace {

// Of a path, as programs take it. In a test, the runfiles are the working directory.
absl::StatusOr<Experiment> ResolvedConfig(const std::string& path) {
  const absl::StatusOr<Config> config = ReadConfig(path);
  if (!config.ok()) return config.status();
  return Resolve(config->experiment, config->locations);
}

std::string PathOf(absl::string_view name) { return absl::StrCat("configs/", name, ".pbtxt"); }

// What tells the published models apart, from the commands in the README of the original code.
// A cost weight of kNone stands for no decoder.
constexpr double kNone = -1;
struct PublishedModel {
  const char* name;
  int num_labeled;  // 0: all
  double layer_noise;
  std::vector<double> cost_weights;  // of level 0 to 6
  // The test error in percent that the paper reports: mean, standard deviation, runs (0: not told).
  double mean, standard_deviation;
  int num_runs = 10;
};

std::vector<PublishedModel> PublishedModels() {
  const auto bottom = [](double weight) { return std::vector<double>{weight, 0, 0, 0, 0, 0, 0}; };
  const auto gamma = [](double weight) {
    return std::vector<double>{kNone, kNone, kNone, kNone, kNone, kNone, weight};
  };
  return {
      {"mnist_all_full", 0, 0.3, {1000, 1, 0.01, 0.01, 0.01, 0.01, 0.01}, 0.57, 0.02},
      {"mnist_all_bottom", 0, 0.3, bottom(2000), 0.59, 0.03},
      {"mnist_all_gamma", 0, 0.3, gamma(2), 0.78, 0.03},
      {"mnist_all_baseline", 0, 0.5, gamma(kNone), 0.80, 0.03},
      {"mnist_1000_full", 1000, 0.2, {2000, 20, 0.1, 0.1, 0.1, 0.1, 0.1}, 0.84, 0.08},
      {"mnist_1000_bottom", 1000, 0.3, bottom(2000), 0.90, 0.05},
      {"mnist_1000_gamma", 1000, 0.3, gamma(10), 1.53, 0.10},
      {"mnist_1000_baseline", 1000, 0.5, gamma(kNone), 5.70, 0.20},
      {"mnist_100_full", 100, 0.3, {1000, 10, 0.1, 0.1, 0.1, 0.1, 0.1}, 1.06, 0.37, 40},
      {"mnist_100_bottom", 100, 0.3, bottom(5000), 1.09, 0.32, 40},
      {"mnist_100_gamma", 100, 0.3, gamma(0.5), 3.06, 1.44, 40},
      {"mnist_100_baseline", 100, 0.5, gamma(kNone), 21.74, 1.77, 40},
      {"mnist_50_full", 50, 0.3, {2000, 20, 0.1, 0.1, 0.1, 0.1, 0.1}, 1.62, 0.65, 0},
  };
}

// The default of every field that no published command changes.
constexpr char kDefaults[] = R"(
    model {
      top_gamma: true
      batch_norm_epsilon: 1e-10
      batch_norm_groups: SEPARATE
      decoded_rows: UNLABELED
      denoising_cost: MEAN_OVER_UNITS
      stop_gradient_at_targets: false
      top_signal: SOFTMAX_OUTPUT
      target: CLASS
    }
    data { mnist {} balanced: true num_validation: 0 seed: 1 }
    training {
      seed: 1
      num_epochs: 150
      labeled_batch_size: 100
      unlabeled_batch_size: 100
      adam {
        learning_rate: 0.002 beta1: 0.9 beta2: 0.999 epsilon: 1e-8
        epsilon_placement: OUTSIDE_CORRECTION
      }
      decay_start_fraction: 0.67
      prediction_statistics: LABELED_ROWS
      weight_projection: NONE
      keep_best: false
      prior_correction: false
    }
    deployment { checkpoint_every_epochs: 5 keep_checkpoints: 2 validate_every_epochs: 1 }
)";

Experiment Expected(const PublishedModel& published) {
  Experiment experiment;
  FieldLocations locations;
  EXPECT_TRUE(ParseTextProto(kDefaults, "kDefaults", &experiment, &locations).ok());
  const auto set_decoder = [&](size_t level, auto* with_decoder) {
    if (published.cost_weights[level] == kNone) return;
    with_decoder->mutable_decoder()->set_combinator(Decoder::GAUSS);
    with_decoder->mutable_decoder()->set_cost_weight(published.cost_weights[level]);
  };
  Model& model = *experiment.mutable_model();
  model.mutable_input()->set_noise_stddev(0.3);
  set_decoder(0, model.mutable_input());
  for (const int units : {1000, 500, 250, 250, 250, 10}) {
    Layer& layer = *model.add_layers();
    layer.mutable_fully_connected()->set_units(units);
    layer.set_activation(units == 10 ? Layer::SOFTMAX : Layer::RELU);
    layer.set_noise_stddev(published.layer_noise);
    set_decoder(model.layers_size(), &layer);
  }
  if (published.num_labeled > 0) experiment.mutable_data()->set_num_labeled(published.num_labeled);
  return experiment;
}

TEST(ConfigsTest, PublishedModelsHaveThePublishedHyperparameters) {
  for (const PublishedModel& published : PublishedModels()) {
    SCOPED_TRACE(published.name);
    absl::StatusOr<Experiment> experiment = ResolvedConfig(PathOf(published.name));

    ASSERT_TRUE(experiment.ok()) << experiment.status();
    experiment->clear_published();
    EXPECT_EQ(PrintTextProto(*experiment), PrintTextProto(Expected(published)));
  }
}

TEST(ConfigsTest, PublishedModelsNameThePublishedResult) {
  for (const PublishedModel& expected : PublishedModels()) {
    SCOPED_TRACE(expected.name);
    const Published published = ResolvedConfig(PathOf(expected.name)).value().published();

    EXPECT_EQ(published.source(), expected.num_labeled == 50 ? "Rasmus et al. 2015, section 4.1.1"
                                                             : "Rasmus et al. 2015, table 1");
    EXPECT_EQ(published.metric(), Published::TEST_ERROR_PERCENT);
    EXPECT_EQ(published.mean(), expected.mean);
    EXPECT_EQ(published.standard_deviation(), expected.standard_deviation);
    EXPECT_EQ(published.num_runs(), expected.num_runs);
  }
}

// The layers as the original code's --encoder-layers has them, such as
// "convf:32:5:1:1-maxpool:2:2".
std::string EncoderLayers(const Model& model) {
  std::vector<std::string> layers;
  for (const Layer& layer : model.layers()) {
    const Convolution& convolution = layer.convolution();
    const MaxPool& pool = layer.max_pool();
    const char* border = convolution.padding() == Convolution::FULL ? "f" : "v";
    layers.push_back(
        layer.has_convolution()
            ? absl::StrCat("conv", border, ":", convolution.filters(), ":", convolution.kernel(),
                           ":", convolution.stride(), ":", convolution.stride())
        : layer.has_max_pool()         ? absl::StrCat("maxpool:", pool.window(), ":", pool.stride())
        : layer.has_global_mean_pool() ? "globalmeanpool"
                                       : absl::StrCat("fc:", layer.fully_connected().units()));
  }
  return absl::StrJoin(layers, "-");
}

struct PublishedImageModel {
  const char* name;
  const char* encoder_layers;
  double layer_noise;
  std::vector<double> cost_weights;  // of the levels that have a decoder, the lowest first
  int num_epochs;
  double decay_start_fraction;
  double mean, standard_deviation;
};

TEST(ConfigsTest, PublishedModelsOfImagesHaveThePublishedHyperparameters) {
  const char* kConvFc =
      "convv:1000:26:1:1-convv:500:1:1:1-convv:250:1:1:1-convv:250:1:1:1-convv:250:1:1:1-"
      "convv:10:1:1:1-globalmeanpool";
  const char* kConvSmall =
      "convf:32:5:1:1-maxpool:2:2-convv:64:3:1:1-convf:64:3:1:1-maxpool:2:2-convv:128:3:1:1-"
      "convv:10:1:1:1-globalmeanpool-fc:10";
  const char* kConvLarge =
      "convv:96:3:1:1-convf:96:3:1:1-convf:96:3:1:1-maxpool:2:2-convv:192:3:1:1-convf:192:3:1:1-"
      "convv:192:3:1:1-maxpool:2:2-convv:192:3:1:1-convv:192:1:1:1-convv:10:1:1:1-globalmeanpool";
  const std::vector<PublishedImageModel> models = {
      {"mnist_100_conv_fc",
       kConvFc,
       0.3,
       {1000, 10, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1},
       150,
       0.67,
       0.99,
       0.15},
      {"mnist_100_conv_gamma", kConvSmall, 0.3, {1}, 150, 0.67, 0.89, 0.50},
      {"mnist_100_conv_baseline", kConvSmall, 0.45, {}, 20, 0.5, 6.43, 0.84},
      {"cifar_4k_gamma", kConvLarge, 0.3, {4}, 70, 0.86, 20.40, 0.47},
      {"cifar_4k_baseline", kConvLarge, 0.3, {}, 20, 0.5, 23.33, 0.61},
  };
  for (const PublishedImageModel& expected : models) {
    SCOPED_TRACE(expected.name);
    const Experiment experiment = ResolvedConfig(PathOf(expected.name)).value();
    const Model& model = experiment.model();

    EXPECT_EQ(EncoderLayers(model), expected.encoder_layers);
    std::vector<double> cost_weights;
    if (model.input().has_decoder()) cost_weights.push_back(model.input().decoder().cost_weight());
    for (const Layer& layer : model.layers()) {
      EXPECT_EQ(layer.noise_stddev(), expected.layer_noise);
      if (layer.has_decoder()) cost_weights.push_back(layer.decoder().cost_weight());
    }
    EXPECT_EQ(model.input().noise_stddev(), 0.3);
    EXPECT_EQ(cost_weights, expected.cost_weights);
    EXPECT_EQ(experiment.training().num_epochs(), expected.num_epochs);
    EXPECT_EQ(experiment.training().decay_start_fraction(), expected.decay_start_fraction);
    EXPECT_EQ(experiment.training().adam().learning_rate(), 0.002);
    EXPECT_EQ(experiment.published().mean(), expected.mean);
    EXPECT_EQ(experiment.published().standard_deviation(), expected.standard_deviation);
    const bool is_cifar = experiment.data().has_cifar10();
    EXPECT_EQ(experiment.data().num_labeled(), is_cifar ? 4000 : 100);
    EXPECT_EQ(model.top_gamma(), !is_cifar);
    for (const Layer& layer : model.layers()) {
      if (!layer.has_convolution()) continue;
      EXPECT_EQ(layer.activation(), is_cifar ? Layer::LEAKY_RELU : Layer::RELU);
    }
    EXPECT_EQ(experiment.data().contrast_normalization().scale(), 55);
    EXPECT_EQ(experiment.data().has_contrast_normalization(), is_cifar);
    EXPECT_EQ(experiment.data().has_whitening(), is_cifar);
  }
}

// All files and, of those that have some, all their variants.
std::vector<std::string> ConfigPaths() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator("configs")) {
    const std::string file = entry.path().string();
    if (entry.path().extension() != ".pbtxt") continue;
    const std::vector<std::string> variants = VariantNames(file).value();
    if (variants.empty()) paths.push_back(file);
    for (const std::string& name : variants) paths.push_back(absl::StrCat(file, ":", name));
  }
  return paths;
}

TEST(ConfigsTest, ThereAreThePublishedModelsAndTwoSmallOnesAndMore) {
  std::vector<std::string> expected = {PathOf("digits_100"), PathOf("two_moons"),
                                       PathOf("deconstructing") + ":vanilla_100"};
  for (const PublishedModel& published : PublishedModels()) {
    expected.push_back(PathOf(published.name));
  }

  EXPECT_THAT(ConfigPaths(), testing::IsSupersetOf(expected));
}

// As MNIST or CIFAR-10, but few and meaningless: a test cannot fetch the real images.
Dataset MadeUpImages(std::vector<int64_t> shape) {
  constexpr int kNumImages = 4000;  // as many as any config wants labels
  std::vector<uint8_t> pixels(kNumImages * shape[0] * shape[1] * shape[2]);
  PhiloxSequence random({.seed = 1});
  for (uint8_t& pixel : pixels) pixel = static_cast<uint8_t>(random.NextWord());
  std::vector<int32_t> labels(kNumImages);
  for (int i = 0; i < kNumImages; ++i) labels[i] = i % 10;
  return {.example_shape = std::move(shape),
          .inputs = std::move(pixels),
          .scale = 1. / 255,
          .labels = labels,
          .num_classes = 10};
}

TEST(ConfigsTest, EveryConfigTrainsAndTakesWhatADryRunCounts) {
  for (const std::string& path : ConfigPaths()) {
    SCOPED_TRACE(path);
    Experiment experiment = ResolvedConfig(path).value();
    experiment.mutable_training()->set_labeled_batch_size(10);
    experiment.mutable_training()->set_unlabeled_batch_size(10);
    experiment.mutable_deployment()->set_num_threads(1);
    const Data& data = experiment.data();
    const bool is_elsewhere = data.has_mnist() || data.has_cifar10() || data.has_images();
    absl::StatusOr<ExperimentData> made =
        is_elsewhere ? MakeExperimentData(experiment, FieldLocations(),
                                          data.has_cifar10() ? MadeUpImages({32, 32, 3})
                                                             : MadeUpImages({28, 28, 1}),
                                          TableSchema())
                     : LoadExperimentData(experiment, FieldLocations(), &std::cerr);
    ASSERT_TRUE(made.ok()) << made.status();
    experiment = WithData(experiment, made->record);
    Trainer dry(experiment, made->training, made->split, /*dry_run=*/true);
    Trainer trainer(experiment, std::move(made->training), made->split);
    Profile dry_profile, profile;
    dry.context().set_profile(&dry_profile);
    trainer.context().set_profile(&profile);

    for (int step = 0; step < 3; ++step) {
      const absl::StatusOr<const StepCosts*> costs = trainer.Step();

      ASSERT_TRUE(costs.ok()) << costs.status();
      const Model& model = experiment.model();
      double loss = (*costs)->supervised;
      if (model.has_virtual_adversarial()) {
        loss += model.virtual_adversarial().cost_weight() * (*costs)->virtual_adversarial;
      }
      for (int level = 0; level <= model.layers_size(); ++level) {
        const double weight = level == 0 ? model.input().decoder().cost_weight()
                                         : model.layers(level - 1).decoder().cost_weight();
        EXPECT_TRUE(weight == 0 || (*costs)->denoising[level] > 0) << "level " << level;
        loss += weight * (*costs)->denoising[level];
      }
      EXPECT_NEAR((*costs)->loss, loss, 1e-4 * loss);
      EXPECT_TRUE(dry.Step().ok());
    }
    EXPECT_EQ(dry.context().arena().capacity(), trainer.context().arena().capacity());
    ASSERT_EQ(dry_profile.products().size(), profile.products().size());
    for (size_t i = 0; i < profile.products().size(); ++i) {
      const Profile::Product& product = profile.products()[i];
      const Profile::Product& counted = dry_profile.products()[i];
      EXPECT_EQ(std::tie(counted.m, counted.n, counted.k),
                std::tie(product.m, product.n, product.k));
    }
  }
}

}  // namespace
}  // namespace ladder
