// What Resolve says of what came after the original code: averages of weights, virtual adversarial
// perturbations.
#include <string>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

// What is wrong with a config of two layers: `model` are further fields of the model, on line 2;
// `rest` is on line 3.
std::string Error(const std::string& model, const std::string& rest) {
  const std::string text =
      absl::StrCat("data { two_moons {} } model { layers { fully_connected { units: 4 } } ",
                   "layers { fully_connected { units: 2 } }\n", model, "\n}", rest);
  Experiment experiment;
  FieldLocations locations;
  const absl::Status status = ParseTextProto(text, "x.pbtxt", &experiment, &locations);
  EXPECT_TRUE(status.ok()) << status;
  return std::string(Resolve(experiment, locations).status().message());
}

TEST(ResolveOptionsTest, StepsOrEpochsAreGiven) {
  EXPECT_EQ(Error("", "training { num_steps: 10 num_epochs: 2 }"),
            "x.pbtxt:3:27: training.num_epochs excludes training.num_steps");
  EXPECT_EQ(Error("", "training { num_steps: 0 }"),
            "x.pbtxt:3:13: training.num_steps must be at least 1, got 0");
}

TEST(ResolveOptionsTest, PatienceLastsToTheNextValidation) {
  EXPECT_EQ(Error("",
                  "training { early_stopping { patience: 3 } } deployment { "
                  "validate_every_epochs: 5 }"),
            "x.pbtxt:3:30: training.early_stopping.patience must be at least 5, got 3");
  EXPECT_EQ(Error("", "training { early_stopping { patience: 5 } }"),
            "x.pbtxt:3:13: training.early_stopping needs validation rows: data.num_validation, "
            "validation_fraction or num_folds");
}

TEST(ResolveOptionsTest, WeightAveragesAreInTheirRanges) {
  EXPECT_EQ(Error("", "training { weight_average { decay: 1 } }"),
            "x.pbtxt:3:30: training.weight_average.decay must be in [0, 1), got 1");
  EXPECT_EQ(Error("", "training { weight_average { start_fraction: -0.1 } }"),
            "x.pbtxt:3:30: training.weight_average.start_fraction must be in [0, 1], got -0.1");
}

TEST(ResolveOptionsTest, VirtualAdversarialPerturbationsAreInTheirRanges) {
  const auto error = [](const std::string& fields) {
    return Error(absl::StrCat("virtual_adversarial { ", fields, " }"), "");
  };
  EXPECT_EQ(error("epsilon: 1"), "x.pbtxt:2:1: model.virtual_adversarial.use is missing");
  EXPECT_EQ(error("use: COST"), "x.pbtxt:2:1: model.virtual_adversarial.epsilon is missing");
  EXPECT_EQ(
      error("use: COST epsilon: [1, 1, 1, 1]"),
      "x.pbtxt:2:33: model.virtual_adversarial.epsilon must be at most 3 values, one a level, "
      "got 4");
  EXPECT_EQ(error("use: COST epsilon: 1 epsilon: -1"),
            "x.pbtxt:2:44: model.virtual_adversarial.epsilon[1] must be at least 0 and finite as a "
            "32-bit float, got -1");
  EXPECT_EQ(error("use: COST epsilon: 1 power_iterations: 0"),
            "x.pbtxt:2:44: model.virtual_adversarial.power_iterations must be at least 1, got 0");
  EXPECT_EQ(error("use: COST epsilon: 1 xi: 0"),
            "x.pbtxt:2:44: model.virtual_adversarial.xi must be above 0 and finite as a 32-bit "
            "float, got 0");
  EXPECT_EQ(error("use: NOISE epsilon: 1 cost_weight: -1"),
            "x.pbtxt:2:45: model.virtual_adversarial.cost_weight must be at least 0 and finite as "
            "a 32-bit float, got -1");
}

}  // namespace
}  // namespace ladder
