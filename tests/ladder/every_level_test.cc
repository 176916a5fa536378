// What Resolve makes of model.every_level and model.cost_weight.
#include "ladder/every_level.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

// A model of three levels above the input, one of them a pooling: `model` are further fields of it,
// on line 2; `layers` of its lowest layer and `input` of its input are on line 1.
absl::StatusOr<Experiment> ResolveWhole(const std::string& text) {
  Experiment experiment;
  FieldLocations locations;
  EXPECT_TRUE(ParseTextProto(text, "x", &experiment, &locations).ok()) << text;
  return Resolve(experiment, locations);
}

absl::StatusOr<Experiment> ResolveText(const std::string& model, const std::string& layer = "",
                                       const std::string& input = "") {
  return ResolveWhole(absl::StrCat(
      "data { digits {} } model { layers { convolution { filters: 2 kernel: 1 } ", layer,
      " } layers { max_pool {} } layers { fully_connected { units: 10 } } input { ", input, " }\n",
      model, "\n}"));
}

Model Resolved(const std::string& model, const std::string& layer = "",
               const std::string& input = "") {
  const absl::StatusOr<Experiment> resolved = ResolveText(model, layer, input);
  EXPECT_TRUE(resolved.ok()) << resolved.status();
  return resolved->model();
}

std::string Error(const std::string& model, const std::string& layer = "",
                  const std::string& input = "") {
  return std::string(ResolveText(model, layer, input).status().message());
}

std::vector<double> Noise(const Model& model) {
  std::vector<double> noise = {model.input().noise_stddev()};
  for (const Layer& layer : model.layers()) noise.push_back(layer.noise_stddev());
  return noise;
}

// The weight of each level; -1 of one without a decoder.
std::vector<double> Weights(const Model& model) {
  std::vector<double> weights;
  for (int level = 0; level <= model.layers_size(); ++level) {
    const Decoder* decoder = LevelDecoder(model, level);
    weights.push_back(decoder == nullptr ? -1 : decoder->cost_weight());
  }
  return weights;
}

TEST(EveryLevelTest, ALevelHasTheNoiseThatItDoesNotSayItself) {
  EXPECT_THAT(Noise(Resolved("every_level { noise_stddev: 0.5 }")),
              ElementsAre(0.5, 0.5, 0.5, 0.5));
  EXPECT_THAT(Noise(Resolved("every_level { noise_stddev: 0.5 }", "noise_stddev: 0")),
              ElementsAre(0.5, 0, 0.5, 0.5));
  EXPECT_THAT(Noise(Resolved("every_level { decoder {} }")), ElementsAre(0.3, 0.3, 0.3, 0.3));
}

TEST(EveryLevelTest, EveryLevelHasTheDecoder) {
  const Model model = Resolved(
      "every_level { decoder { combinator: MLP hidden_units: 4 "
      "initial_stddev: 0.1 cost_weight: 3 } }",
      "decoder { hidden_units: [2, 2] cost_weight: 7 }");

  EXPECT_THAT(Weights(model), ElementsAre(3, 7, 3, 3));
  for (int level = 0; level < 4; ++level) {
    EXPECT_EQ(LevelDecoder(model, level)->combinator(), Decoder::MLP);
    EXPECT_EQ(LevelDecoder(model, level)->initial_stddev(), 0.1);
  }
  EXPECT_THAT(model.input().decoder().hidden_units(), ElementsAre(4));
  EXPECT_THAT(model.layers(0).decoder().hidden_units(), ElementsAre(2, 2));
}

TEST(EveryLevelTest, WithoutADecoderThereNoLevelGetsOne) {
  EXPECT_THAT(Weights(Resolved("every_level { noise_stddev: 0.5 }")), ElementsAre(-1, -1, -1, -1));
}

TEST(EveryLevelTest, TheLastWeightIsThatOfAllLevelsAbove) {
  EXPECT_THAT(Weights(Resolved("every_level { decoder {} } cost_weight: [9, 4]")),
              ElementsAre(9, 4, 4, 4));
  EXPECT_THAT(Weights(Resolved("every_level { decoder {} } cost_weight: [9, 4, 3, 2]")),
              ElementsAre(9, 4, 3, 2));
}

TEST(EveryLevelTest, ALevelWithoutADecoderHasTheWeight0) {
  const absl::StatusOr<Experiment> resolved = ResolveWhole(
      "data { digits {} } model { cost_weight: [0, 5] layers { decoder {} fully_connected {} } }");

  ASSERT_TRUE(resolved.ok()) << resolved.status();
  EXPECT_THAT(Weights(resolved->model()), ElementsAre(-1, 5));
  EXPECT_EQ(Error("cost_weight: [0, 2]"),
            "x:2:1: model.cost_weight[1] must be 0, as model.layers[0] has no decoder, got 2");
}

TEST(EveryLevelTest, WhatIsResolvedSaysItInTheLevels) {
  const Experiment resolved =
      ResolveText("every_level { noise_stddev: 0.5 decoder {} } cost_weight: 2").value();

  EXPECT_FALSE(resolved.model().has_every_level());
  EXPECT_EQ(resolved.model().cost_weight_size(), 0);
  EXPECT_EQ(PrintTextProto(Resolve(resolved, FieldLocations()).value()), PrintTextProto(resolved));
}

TEST(EveryLevelTest, WeightsAreSaidOnce) {
  EXPECT_EQ(Error("every_level { decoder {} } cost_weight: 2", "", "decoder { cost_weight: 5 }"),
            "x:2:28: model.cost_weight excludes model.input.decoder.cost_weight, which is at "
            "x:1:159");
  EXPECT_EQ(Error("cost_weight: 2 every_level { decoder { cost_weight: 0 } }"),
            "x:2:1: model.cost_weight excludes model.every_level.decoder.cost_weight, which is at "
            "x:2:40");
}

TEST(EveryLevelTest, ThereAreAtMostAsManyWeightsAsLevels) {
  EXPECT_EQ(Error("every_level { decoder {} } cost_weight: [1, 1, 1, 1, 1]"),
            "x:2:28: model.cost_weight must be at most 4 values, one a level, got 5");
}

TEST(EveryLevelTest, ErrorsAreWhereTheValueWasWritten) {
  EXPECT_EQ(Error("every_level { noise_stddev: -1 }"),
            "x:2:15: model.every_level.noise_stddev must be at least 0 and finite as a 32-bit "
            "float, got -1");
  EXPECT_EQ(Error("every_level { decoder {} } cost_weight: 1 cost_weight: -1"),
            "x:2:43: model.cost_weight[1] must be at least 0 and finite as a 32-bit float, got -1");
  EXPECT_EQ(Error("every_level { decoder { hidden_units: 4 } }"),
            "x:2:25: model.layers[2].decoder.hidden_units is for the combinators MLP and AMLP "
            "alone");
  EXPECT_EQ(Error("every_level { decoder { reversed_start: true } }", "",
                  "decoder { combinator: LINEAR }"),
            "x:2:25: model.layers[2].decoder.reversed_start is for the combinator SIGMOID alone");
}

}  // namespace
}  // namespace ladder
