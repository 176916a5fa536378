#include "tools/loss_gradients.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/config_file.h"
#include "tests/tools/small_experiment.h"

namespace ladder {
namespace {

using testing::HasSubstr;

std::vector<GradCheckResult> Check(bool decoded, int64_t max_elements) {
  const Experiment experiment = SmallExperiment(decoded);
  const Dataset dataset = Digits(DatasetPart::kTraining);
  return CheckLossGradients(experiment, dataset, *SplitRows(dataset, experiment.data()),
                            max_elements);
}

TEST(LossGradientsTest, OfALadderAreRightAndNoneIsTriviallyZero) {
  const std::vector<GradCheckResult> results = Check(/*decoded=*/true, 8);

  ASSERT_EQ(results.size(), 10);  // encoder: 2 W, 2 beta, gamma; decoder: 2 V, 3 a
  EXPECT_TRUE(GradientsAgree(results)) << LossGradientsText(results);
  for (const GradCheckResult& result : results) {
    EXPECT_GE(result.num_checked, 6) << result.parameter;
    EXPECT_LE(result.num_checked + result.num_skipped, 8) << result.parameter;
    EXPECT_NE(result.analytic, 0) << result.parameter;
  }
}

TEST(LossGradientsTest, OfASupervisedModelAreRight) {
  const std::vector<GradCheckResult> results = Check(/*decoded=*/false, 0);

  ASSERT_EQ(results.size(), 5);
  EXPECT_TRUE(GradientsAgree(results)) << LossGradientsText(results);
  EXPECT_EQ(results[0].parameter, "encoder/1/W");
  EXPECT_EQ(results[0].num_checked + results[0].num_skipped, 64 * 20);
}

// The combinators of the published variants, in a small ladder.
TEST(LossGradientsTest, OfEveryCombinatorAreRight) {
  for (const char* name :
       {"vanilla", "no_lateral", "rand_init", "rev_init", "no_sig", "no_mult", "linear", "gaussian",
        "gated_gauss", "mlp_4", "mlp_2_2", "mlp_2_2_2", "amlp_4", "amlp_2_2", "amlp_2_2_2"}) {
    SCOPED_TRACE(name);
    const absl::StatusOr<Config> config =
        ReadConfig(absl::StrCat("configs/deconstructing.pbtxt:", name, "_100"));
    ASSERT_TRUE(config.ok()) << config.status();
    Experiment experiment = SmallExperiment(/*decoded=*/true);
    const Decoder& decoder = config->experiment.model().every_level().decoder();
    experiment.mutable_model()->mutable_input()->mutable_decoder()->MergeFrom(decoder);
    for (Layer& layer : *experiment.mutable_model()->mutable_layers()) {
      layer.mutable_decoder()->MergeFrom(decoder);
    }
    const Dataset dataset = Digits(DatasetPart::kTraining);

    const std::vector<GradCheckResult> results = CheckLossGradients(
        experiment, dataset, *SplitRows(dataset, experiment.data()), /*max_elements=*/8);

    EXPECT_EQ(results.size(), 10);
    EXPECT_TRUE(GradientsAgree(results)) << LossGradientsText(results);
  }
}

std::vector<GradCheckResult> Fixed() {
  return {{.parameter = "encoder/1/W",
           .num_checked = 20,
           .num_skipped = 1,
           .element = 85,
           .analytic = 0.5,
           .numeric = 0.50000001,
           .relative_error = 2e-8},
          {.parameter = "encoder/1/beta",
           .num_checked = 3,
           .num_skipped = 0,
           .element = 2,
           .analytic = 0.25,
           .numeric = 0.125,
           .relative_error = 0.5}};
}

TEST(LossGradientsTest, TextMarksWhatIsWrong) {
  EXPECT_EQ(LossGradientsText(Fixed()),
            "parameter       checked  skipped  worst  analytic     numeric  relative error\n"
            "encoder/1/W          20        1     85       0.5  0.50000001         2.0e-08\n"
            "encoder/1/beta        3        0      2      0.25       0.125       5.0e-01 !\n"
            "\n"
            "Of each parameter, the checked element with the largest error; errors are relative to "
            "the\n"
            "parameter's largest gradient. Skipped: too near to a kink of the loss to tell.\n"
            "WRONG: some relative error is not below 1e-06.\n");

  EXPECT_THAT(LossGradientsText({Fixed()[0]}), HasSubstr("All relative errors are below 1e-06."));
}

TEST(LossGradientsTest, JsonHasTheSame) {
  EXPECT_EQ(LossGradientsJson({Fixed()[1]}), R"({
  "tolerance": 1e-06,
  "agree": false,
  "parameters": [
    {"parameter": "encoder/1/beta", "checked": 3, "skipped": 0, "element": 2, "analytic": 0.25, "numeric": 0.125, "relative_error": 0.5}
  ]
}
)");
}

TEST(LossGradientsTest, WhatIsNoNumberDoesNotAgree) {
  GradCheckResult result = Fixed()[0];
  EXPECT_TRUE(GradientsAgree({result}));
  result.relative_error = std::numeric_limits<double>::quiet_NaN();
  EXPECT_FALSE(GradientsAgree({result}));
  result.relative_error = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(GradientsAgree({result}));
}

}  // namespace
}  // namespace ladder
