#include "ladder/resolve.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/ladder/resolve_config.h"

namespace ladder {
namespace {

using ::google::protobuf::util::MessageDifferencer;

absl::StatusOr<Experiment> ResolveText(absl::string_view text) {
  Experiment experiment;
  FieldLocations locations;
  const absl::Status status = ParseTextProto(text, "x.pbtxt", &experiment, &locations);
  if (!status.ok()) return status;
  return Resolve(experiment, locations);
}

// What is wrong if kConfig has `to` in the place of `from`.
std::string Error(const std::string& from, const std::string& to) {
  const absl::Status status = ResolveText(Changed(from, to)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(ResolveTest, ClassesHaveDifferentNames) {
  EXPECT_EQ(
      Error("num_labeled: 6", "class_names: 'a' class_names: 'b' class_names: 'a'"),
      "x.pbtxt:14:37: data.class_names[2] is \"a\", as data.class_names[0] is; expected a name "
      "for each class");
}

TEST(ResolveTest, WritesOutEveryDefault) {
  const absl::StatusOr<Experiment> resolved = ResolveText(kConfig);

  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_EQ(PrintTextProto(*resolved), R"(model {
  input {
    noise_stddev: 0.3
    decoder {
      combinator: GAUSS
      cost_weight: 5
    }
  }
  layers {
    fully_connected {
      units: 4
    }
    activation: RELU
    noise_stddev: 0.3
    decoder {
      combinator: GAUSS
      cost_weight: 0
    }
  }
  layers {
    fully_connected {
      units: 2
    }
    activation: SOFTMAX
    noise_stddev: 0.3
    decoder {
      combinator: SIGMOID
      cost_weight: 0
    }
  }
  top_gamma: true
  batch_norm_epsilon: 1e-10
  batch_norm_groups: SEPARATE
  decoded_rows: UNLABELED
  denoising_cost: MEAN_OVER_UNITS
  stop_gradient_at_targets: false
  top_signal: SOFTMAX_OUTPUT
  target: CLASS
}
data {
  two_moons {
    num_training: 1000
    num_test: 1000
    noise_stddev: 0.1
  }
  num_labeled: 6
  balanced: true
  num_validation: 0
  seed: 1
}
training {
  seed: 1
  num_epochs: 150
  labeled_batch_size: 100
  unlabeled_batch_size: 100
  adam {
    learning_rate: 0.002
    beta1: 0.9
    beta2: 0.999
    epsilon: 1e-08
    epsilon_placement: OUTSIDE_CORRECTION
  }
  decay_start_fraction: 0.67
  prediction_statistics: LABELED_ROWS
  weight_projection: NONE
  keep_best: false
  prior_correction: false
}
deployment {
  checkpoint_every_epochs: 5
  keep_checkpoints: 2
  validate_every_epochs: 1
}
)");
}

TEST(ResolveTest, ResolvingAgainChangesNothing) {
  const Experiment once = ResolveText(kConfig).value();

  const Experiment twice = Resolve(once, FieldLocations()).value();

  EXPECT_TRUE(MessageDifferencer::Equals(once, twice));
}

TEST(ResolveTest, OmittedMessagesAreAsEmptyOnes) {
  const std::string without =
      absl::StrReplaceAll(kConfig, {{"training { adam {} }\n", ""}, {"deployment {}\n", ""}});

  EXPECT_TRUE(
      MessageDifferencer::Equals(ResolveText(without).value(), ResolveText(kConfig).value()));
}

TEST(ResolveTest, WhatIsWrittenStays) {
  const Experiment resolved =
      ResolveText(Changed("units: 4 }", "units: 4 } activation: LEAKY_RELU noise_stddev: 0"))
          .value();

  EXPECT_EQ(resolved.model().layers(0).activation(), Layer::LEAKY_RELU);
  EXPECT_EQ(resolved.model().layers(0).noise_stddev(), 0);
}

TEST(ResolveTest, TheDataHasTheTrainingsSeedUnlessItHasItsOwn) {
  EXPECT_EQ(ResolveText(Changed("adam {}", "seed: 7")).value().data().seed(), 7);

  const Experiment resolved =
      ResolveText(
          absl::StrReplaceAll(kConfig, {{"adam {}", "seed: 7"}, {"num_l", "seed: 0 num_l"}}))
          .value();
  EXPECT_EQ(resolved.data().seed(), 0);
  EXPECT_EQ(resolved.training().seed(), 7);
}

TEST(ResolveTest, ABaselineHasNoDecoder) {
  EXPECT_TRUE(
      ResolveText("model { layers { fully_connected { units: 2 } } } data { digits {} }").ok());
}

TEST(ResolveTest, ModelAndDataAreRequired) {
  EXPECT_EQ(ResolveText("").status().message(), "x.pbtxt: model is missing");
  EXPECT_EQ(ResolveText("model {}").status().message(), "x.pbtxt:1:1: model.layers is missing");
  EXPECT_EQ(ResolveText("model { layers { fully_connected { units: 2 } } }").status().message(),
            "x.pbtxt: data is missing");
  EXPECT_EQ(Error("two_moons {}", ""),
            "x.pbtxt:12:1: data must have one of digits, two_moons, mnist, fashion_mnist, idx, "
            "csv, cifar10, table, arrays, images");
}

TEST(ResolveTest, LayersHaveAKindAndUnits) {
  EXPECT_EQ(Error("fully_connected { units: 4 }", ""),
            "x.pbtxt:3:3: model.layers[0] must have one of fully_connected, "
            "convolution, max_pool, global_mean_pool");
  EXPECT_EQ(Error("{ units: 4 }", "{}"),
            "x.pbtxt:4:5: model.layers[0].fully_connected.units is missing");
  EXPECT_EQ(Error("units: 4", "units: 0"),
            "x.pbtxt:4:23: model.layers[0].fully_connected.units must be from 1 to 2147483647, got "
            "0");
  EXPECT_EQ(Error("units: 2", "units: -5"),
            "x.pbtxt:8:23: model.layers[1].fully_connected.units must be from 1 to 2147483647, got "
            "-5");
  EXPECT_EQ(Error("units: 4", "units: 9223372036854775807"),
            "x.pbtxt:4:23: model.layers[0].fully_connected.units must be from 1 to 2147483647, got "
            "9223372036854775807");
}

TEST(ResolveTest, ConvolutionsAndPoolingsHaveSizes) {
  EXPECT_EQ(Error("fully_connected { units: 4 }", "convolution { kernel: 3 }"),
            "x.pbtxt:4:5: model.layers[0].convolution.filters is missing");
  EXPECT_EQ(Error("fully_connected { units: 4 }", "convolution { filters: 8 }"),
            "x.pbtxt:4:5: model.layers[0].convolution.kernel is missing");
  EXPECT_EQ(Error("fully_connected { units: 4 }", "convolution { filters: 8 kernel: 0 }"),
            "x.pbtxt:4:30: model.layers[0].convolution.kernel must be from 1 to 2147483647, got 0");
  EXPECT_EQ(
      Error("fully_connected { units: 4 }", "convolution { filters: 8 kernel: 3 stride: -1 }"),
      "x.pbtxt:4:40: model.layers[0].convolution.stride must be from 1 to 2147483647, got -1");
  EXPECT_EQ(Error("fully_connected { units: 4 }", "max_pool { window: 0 }"),
            "x.pbtxt:4:16: model.layers[0].max_pool.window must be from 1 to 2147483647, got 0");
  EXPECT_EQ(Error("fully_connected { units: 4 }", "max_pool { stride: 0 }"),
            "x.pbtxt:4:16: model.layers[0].max_pool.stride must be from 1 to 2147483647, got 0");
}

TEST(ResolveTest, APoolingIsLinearAndItsWindowsAreSideBySide) {
  const absl::StatusOr<Experiment> resolved = ResolveText(R"(
      model {
        layers { max_pool { window: 3 } }
        layers { max_pool { window: 3 stride: 2 } activation: RELU }
        layers { global_mean_pool {} }
        layers { fully_connected { units: 2 } }
      }
      data { digits {} })");

  ASSERT_TRUE(resolved.ok()) << resolved.status();
  const Model& model = resolved->model();
  EXPECT_EQ(model.layers(0).activation(), Layer::LINEAR);
  EXPECT_EQ(model.layers(0).max_pool().stride(), 3);
  EXPECT_EQ(model.layers(1).activation(), Layer::RELU);
  EXPECT_EQ(model.layers(1).max_pool().stride(), 2);
  EXPECT_EQ(model.layers(2).activation(), Layer::LINEAR);
}

TEST(ResolveTest, OnlyTheTopIsASoftmax) {
  EXPECT_EQ(Error("units: 4 }", "units: 4 } activation: SOFTMAX"),
            "x.pbtxt:4:34: model.layers[0].activation must be RELU, LEAKY_RELU or LINEAR in a "
            "layer below the top, got SOFTMAX");
  EXPECT_EQ(Error("units: 2 }", "units: 2 } activation: RELU"),
            "x.pbtxt:8:34: model.layers[1].activation must be SOFTMAX in the top layer, got RELU");
}

TEST(ResolveTest, DecodersHaveNoGap) {
  EXPECT_EQ(Error("decoder { combinator: SIGMOID }", ""),
            "x.pbtxt:5:5: model.layers[0].decoder needs one at every level above: model.layers[1] "
            "has none");
  EXPECT_EQ(Error("    decoder {}\n", ""),
            "x.pbtxt:2:11: model.input.decoder needs one at every level above: model.layers[0] has "
            "none");
  EXPECT_TRUE(ResolveText(Changed("decoder { cost_weight: 5 }", "")).ok());
}

TEST(ResolveTest, NoiseAndWeightsAreFiniteAndNotNegative) {
  constexpr char kAllowed[] = " must be at least 0 and finite as a 32-bit float, got ";
  EXPECT_EQ(Error("input {", "input { noise_stddev: -0.1"),
            absl::StrCat("x.pbtxt:2:11: model.input.noise_stddev", kAllowed, "-0.1"));
  EXPECT_EQ(Error("units: 4 }", "units: 4 } noise_stddev: inf"),
            absl::StrCat("x.pbtxt:4:34: model.layers[0].noise_stddev", kAllowed, "inf"));
  EXPECT_EQ(Error("cost_weight: 5", "cost_weight: nan"),
            absl::StrCat("x.pbtxt:2:21: model.input.decoder.cost_weight", kAllowed, "nan"));
  EXPECT_EQ(Error("SIGMOID", "SIGMOID cost_weight: 1e39"),
            absl::StrCat("x.pbtxt:9:35: model.layers[1].decoder.cost_weight", kAllowed, "1e+39"));
  EXPECT_EQ(Error("model {", "model { batch_norm_epsilon: -1"),
            absl::StrCat("x.pbtxt:1:9: model.batch_norm_epsilon", kAllowed, "-1"));
  EXPECT_EQ(Error("two_moons {}", "two_moons { noise_stddev: -1 }"),
            absl::StrCat("x.pbtxt:13:15: data.two_moons.noise_stddev", kAllowed, "-1"));
}

TEST(ResolveTest, CountsOfDataAreInTheirRanges) {
  EXPECT_EQ(Error("two_moons {}", "two_moons { num_training: 1 }"),
            "x.pbtxt:13:15: data.two_moons.num_training must be from 2 to 10000000, got 1");
  EXPECT_EQ(Error("two_moons {}", "two_moons { num_test: 10000001 }"),
            "x.pbtxt:13:15: data.two_moons.num_test must be from 2 to 10000000, got 10000001");
  EXPECT_EQ(Error("num_labeled: 6", "num_labeled: 1"),
            "x.pbtxt:14:3: data.num_labeled must be at least 2, got 1");
  EXPECT_EQ(Error("num_labeled: 6", "num_validation: -1"),
            "x.pbtxt:14:3: data.num_validation must be at least 0, got -1");
}

TEST(ResolveTest, FilesAreNamed) {
  EXPECT_EQ(Error("two_moons {}", "idx {}"), "x.pbtxt:13:3: data.idx.training_images is missing");
  EXPECT_EQ(Error("two_moons {}", "idx { training_images: 'a' }"),
            "x.pbtxt:13:3: data.idx.training_labels is missing");
  EXPECT_EQ(
      Error("two_moons {}", "idx { training_images: 'a' training_labels: 'b' test_images: 'c' }"),
      "x.pbtxt:13:3: data.idx.test_labels is missing");
  EXPECT_EQ(
      Error("two_moons {}", "idx { training_images: 'a' training_labels: 'b' test_labels: 'c' }"),
      "x.pbtxt:13:3: data.idx.test_images is missing");
  EXPECT_EQ(Error("two_moons {}", "csv { test: 'a' }"),
            "x.pbtxt:13:3: data.csv.training is missing");
  EXPECT_EQ(Error("two_moons {}", "mnist { directory: '' }"),
            "x.pbtxt:13:11: data.mnist.directory is empty");
  EXPECT_EQ(Error("two_moons {}", "cifar10 { training_files: ['a', ''] }"),
            "x.pbtxt:13:13: data.cifar10.training_files[1] is empty");
  EXPECT_EQ(Error("deployment {}", "deployment { output_dir: 'a\\0b' }"),
            "x.pbtxt:17:14: deployment.output_dir has a zero byte in it");
  EXPECT_TRUE(ResolveText(Changed("two_moons {}", "csv { training: 'a' }")).ok());
  EXPECT_TRUE(ResolveText(Changed("two_moons {}", "fashion_mnist {}")).ok());
}

TEST(ResolveTest, PreprocessingIsThereIfItIsWritten) {
  const Data none = ResolveText(kConfig)->data();
  const Data both =
      ResolveText(Changed("two_moons {}", "cifar10 {} contrast_normalization {} whitening {}"))
          ->data();

  EXPECT_FALSE(none.has_contrast_normalization() || none.has_whitening());
  EXPECT_TRUE(both.contrast_normalization().has_scale() && both.whitening().has_epsilon());
  EXPECT_EQ(both.contrast_normalization().scale(), 55);
  EXPECT_EQ(both.whitening().epsilon(), 0.1);
}

TEST(ResolveTest, PreprocessingIsInItsRanges) {
  constexpr char kAllowed[] = " must be above 0 and finite as a 32-bit float, got ";
  EXPECT_EQ(Error("num_labeled: 6", "contrast_normalization { scale: 0 }"),
            absl::StrCat("x.pbtxt:14:28: data.contrast_normalization.scale", kAllowed, "0"));
  EXPECT_EQ(Error("num_labeled: 6", "whitening { epsilon: -0.1 }"),
            absl::StrCat("x.pbtxt:14:15: data.whitening.epsilon", kAllowed, "-0.1"));
}

TEST(ResolveTest, TrainingIsInItsRanges) {
  EXPECT_EQ(Error("adam {}", "num_epochs: 0"),
            "x.pbtxt:16:12: training.num_epochs must be at least 1, got 0");
  EXPECT_EQ(Error("adam {}", "labeled_batch_size: 1"),
            "x.pbtxt:16:12: training.labeled_batch_size must be at least 2, got 1");
  EXPECT_EQ(Error("adam {}", "unlabeled_batch_size: -100"),
            "x.pbtxt:16:12: training.unlabeled_batch_size must be at least 2, got -100");
  EXPECT_EQ(Error("adam {}", "decay_start_fraction: 1.5"),
            "x.pbtxt:16:12: training.decay_start_fraction must be in [0, 1], got 1.5");
  EXPECT_EQ(Error("adam {}", "decay_start_fraction: nan"),
            "x.pbtxt:16:12: training.decay_start_fraction must be in [0, 1], got nan");
  EXPECT_EQ(Error("adam {}", "adam { learning_rate: 0 }"),
            "x.pbtxt:16:19: training.adam.learning_rate must be above 0 and finite as a 32-bit "
            "float, got 0");
  EXPECT_EQ(Error("adam {}", "adam { beta1: 1 }"),
            "x.pbtxt:16:19: training.adam.beta1 must be in [0, 1), got 1");
  EXPECT_EQ(Error("adam {}", "adam { beta2: -0.5 }"),
            "x.pbtxt:16:19: training.adam.beta2 must be in [0, 1), got -0.5");
  EXPECT_EQ(Error("adam {}", "adam { epsilon: 1e-50 }"),
            "x.pbtxt:16:19: training.adam.epsilon must be above 0 and finite as a 32-bit float, "
            "got 1e-50");
}

TEST(ResolveTest, DeploymentIsInItsRanges) {
  EXPECT_EQ(Error("deployment {}", "deployment { num_threads: 0 }"),
            "x.pbtxt:17:14: deployment.num_threads must be from 1 to 256, got 0");
  EXPECT_EQ(Error("deployment {}", "deployment { checkpoint_every_epochs: 0 }"),
            "x.pbtxt:17:14: deployment.checkpoint_every_epochs must be at least 1, got 0");
  EXPECT_EQ(Error("deployment {}", "deployment { keep_checkpoints: 0 }"),
            "x.pbtxt:17:14: deployment.keep_checkpoints must be at least 1, got 0");
  EXPECT_EQ(Error("deployment {}", "deployment { validate_every_epochs: -1 }"),
            "x.pbtxt:17:14: deployment.validate_every_epochs must be at least 1, got -1");
}

// A mistake in a file is an error, whatever it is. One line of it.
void ExpectErrorOrOk(absl::string_view text) {
  const absl::StatusOr<Experiment> resolved = ResolveText(text);
  if (resolved.ok()) {
    EXPECT_TRUE(Resolve(*resolved, FieldLocations()).ok()) << text;
  } else {
    const std::string message(resolved.status().message());
    EXPECT_EQ(message.substr(0, 7), "x.pbtxt") << text;
    EXPECT_EQ(message.find('\n'), std::string::npos) << text;
  }
}

TEST(ResolveTest, AConfigCutShortIsAnErrorOrAConfig) {
  const std::string config = kConfig;
  for (size_t size = 0; size < config.size(); ++size) ExpectErrorOrOk(config.substr(0, size));
}

TEST(ResolveTest, AConfigWithOneWrongByteIsAnErrorOrAConfig) {
  for (size_t i = 0; kConfig[i] != '\0'; ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string config = kConfig;
      config[i] = static_cast<char>(byte);
      ExpectErrorOrOk(config);
    }
  }
}

}  // namespace
}  // namespace ladder
