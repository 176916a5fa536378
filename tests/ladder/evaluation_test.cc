#include "ladder/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "ladder/denoising_report.h"

namespace ladder {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

Dataset WithTargets(std::vector<std::string> names, std::vector<float> targets) {
  Dataset dataset;
  dataset.example_shape = {1};
  dataset.inputs = std::vector<float>(targets.size() / names.size());
  dataset.target_names = std::move(names);
  dataset.targets = std::move(targets);
  return dataset;
}

Evaluation EvaluateOutputs(Model::Target target, const Dataset& dataset, std::vector<Real> outputs,
                           std::vector<double> deviations = {}) {
  const std::vector<int64_t> rows = AllRows(dataset.num_examples());
  const int64_t num_outputs = static_cast<int64_t>(outputs.size() / rows.size());
  Evaluator evaluator(target, num_outputs, &dataset, deviations);
  evaluator.Add(rows, Tensor(outputs.data(), {static_cast<int64_t>(rows.size()), num_outputs}));
  return evaluator.Finish();
}

Dataset FourOfThreeClasses() {
  Dataset dataset;
  dataset.example_shape = {1};
  dataset.inputs = std::vector<float>(4);
  dataset.labels = {0, 0, 0, 2};
  dataset.num_classes = 3;
  return dataset;
}

TEST(EvaluationTest, OfClasses) {
  const Evaluation evaluation = EvaluateOutputs(Model::CLASS, FourOfThreeClasses(),
                                                {0.75, 0.25, 0,  //
                                                 0.75, 0, 0.25,  //
                                                 0, 1, 0,        //
                                                 0.25, 0.25, 0.5});

  EXPECT_EQ(evaluation.confusion, (std::vector<int64_t>{2, 1, 0, 0, 0, 0, 0, 0, 1}));
  EXPECT_DOUBLE_EQ(evaluation.error(), 0.25);
  EXPECT_DOUBLE_EQ(evaluation.majority_error(), 0.25);
  EXPECT_EQ(evaluation.majority_class(), 0);
  EXPECT_DOUBLE_EQ(evaluation.balanced_error(), (1.0 / 3 + 0) / 2);
  EXPECT_DOUBLE_EQ(evaluation.macro_f1(), (4.0 / 5 + 0 + 1) / 3);
  // Bins of 0.75 (both right), 1 (wrong) and 0.5 (right).
  EXPECT_DOUBLE_EQ(evaluation.calibration_error, (0.5 + 1 + 0.5) / 4);
  EXPECT_NEAR(
      evaluation.cross_entropy,
      -(2 * std::log(0.75) + std::log(std::numeric_limits<Real>::min()) + std::log(0.5)) / 4, 1e-6);
}

TEST(EvaluationDeathTest, ARowWithoutALabel) {
  Dataset dataset = FourOfThreeClasses();
  dataset.labels[2] = kNoLabel;
  EXPECT_DEATH(EvaluateOutputs(Model::CLASS, dataset, std::vector<Real>(12)), "row 2 has no label");
}

TEST(EvaluationTest, OfFlagsCountsThoseThatAreKnown) {
  const Dataset dataset = WithTargets({"a", "b"}, {1, 0,     //
                                                   1, kNaN,  //
                                                   0, 1,     //
                                                   1, 0,     //
                                                   kNaN, 0});
  const Evaluation evaluation = EvaluateOutputs(Model::LABELS, dataset,
                                                {0.5, 0.25,     // both right
                                                 0.25, 1,       // a is wrong
                                                 0.25, 0.25,    // b is wrong
                                                 1, 0.25,       // both right
                                                 0.25, 0.25});  // the one that is known is

  EXPECT_EQ(evaluation.num_examples(), 5);
  EXPECT_EQ(evaluation.num_errors(), 2);
  EXPECT_DOUBLE_EQ(evaluation.error(), 0.4);
  // 1 and 0 are the commonest: only the third example has others.
  EXPECT_DOUBLE_EQ(evaluation.majority_error(), 0.2);
  const Evaluation::Flag& a = evaluation.flags[0];
  EXPECT_EQ(a.true_positives, 2);
  EXPECT_EQ(a.false_negatives, 1);
  EXPECT_EQ(a.true_negatives, 1);
  EXPECT_EQ(a.false_positives, 0);
  EXPECT_EQ(evaluation.flags[1].examples(), 4);
  EXPECT_EQ(evaluation.flags[1].positives(), 1);
  EXPECT_EQ(evaluation.flags[1].errors(), 1);
  EXPECT_NEAR(evaluation.cross_entropy,
              -(std::log(0.5) + 4 * std::log(0.75) + 2 * std::log(0.25) + std::log(1.0)) / 8, 1e-6);
}

TEST(EvaluationTest, OfNumbersIsInAUsersUnits) {
  const Dataset dataset = WithTargets({"a", "b"}, {1, 2,      //
                                                   -1, kNaN,  //
                                                   3, 2});
  const Evaluation evaluation =
      EvaluateOutputs(Model::NUMBERS, dataset, {0, 2, -1, 9, 1, 2}, {10, 1});

  EXPECT_EQ(evaluation.num_examples(), 3);
  EXPECT_DOUBLE_EQ(evaluation.error(), (1.0 + 0 + 4 + 0 + 0) / 5);
  EXPECT_DOUBLE_EQ(evaluation.majority_error(), (1.0 + 1 + 9 + 4 + 4) / 5);
  const std::vector<NumberErrors> errors = MeasureNumbers(evaluation);
  EXPECT_EQ(errors[0].examples, 3);
  EXPECT_DOUBLE_EQ(errors[0].rmse, 10 * std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(errors[0].mae, 10 * (1 + 0 + 2) / 3.0);
  EXPECT_DOUBLE_EQ(errors[0].r2, 1 - 5.0 / 8);
  EXPECT_DOUBLE_EQ(errors[0].mean_rmse, 10 * std::sqrt(11.0 / 3));
  EXPECT_DOUBLE_EQ(errors[0].mean_mae, 10 * 5.0 / 3);
  EXPECT_EQ(errors[1].examples, 2);
  EXPECT_EQ(errors[1].rmse, 0);
  EXPECT_TRUE(std::isnan(errors[1].r2));  // all the same
}

TEST(EvaluationTest, BootstrapIntervalsAreAboutAsWideAsTheoryHasIt) {
  // Errors of +-1 and +-3 by turns: squares of mean 5 and deviation 4.
  Evaluation evaluation;
  evaluation.target = Model::NUMBERS;
  evaluation.target_names = {"a"};
  evaluation.target_deviations = {1};
  for (int i = 0; i < 400; ++i) {
    evaluation.actual.push_back(i % 4 < 2 ? 3 : -3);
    evaluation.predicted.push_back(evaluation.actual.back() + (i % 2 == 0 ? 1 : 3));
  }
  evaluation.num_rows = 400;

  const NumberErrors errors = MeasureNumbers(evaluation)[0];
  const NumberErrors again = MeasureNumbers(evaluation)[0];

  const double half = 1.96 * 4 / std::sqrt(400.0);  // of the mean square
  EXPECT_NEAR(errors.rmse_interval.low, std::sqrt(5 - half), 0.02);
  EXPECT_NEAR(errors.rmse_interval.high, std::sqrt(5 + half), 0.02);
  EXPECT_NEAR(errors.mae_interval.low, 2 - 1.96 / std::sqrt(400.0), 0.02);
  EXPECT_LT(errors.r2_interval.low, errors.r2);
  EXPECT_GT(errors.r2_interval.high, errors.r2);
  EXPECT_EQ(errors.rmse_interval.low, again.rmse_interval.low);
}

// 3-4-2; all levels are decoded.
Model SmallModel() {
  Model model;
  model.mutable_input()->set_noise_stddev(0.5);
  model.mutable_input()->mutable_decoder()->set_cost_weight(1);
  for (const int64_t units : {4, 2}) {
    Layer* layer = model.add_layers();
    layer->mutable_fully_connected()->set_units(units);
    layer->set_activation(units == 2 ? Layer::SOFTMAX : Layer::RELU);
    layer->mutable_decoder()->set_cost_weight(0.5);
  }
  return model;
}

TEST(DenoisingReportTest, AnUntrainedDecoderThatCopiesCostsAsMuchAsCopying) {
  Model config = SmallModel();
  config.mutable_input()->mutable_decoder()->set_combinator(Decoder::LINEAR);  // starts as z^ = z~
  Dataset dataset;
  dataset.example_shape = {3};
  std::vector<float> inputs;
  for (int i = 0; i < 3 * 1000; ++i) inputs.push_back(static_cast<float>(i * 37 % 101) / 50);
  dataset.inputs = inputs;
  LadderModel model(config, {3}, /*seed=*/1);
  Context context;

  const DenoisingReport report =
      MeasureDenoising(&context, model, dataset, AllRows(1000), /*batch_size=*/300, /*seed=*/5);

  EXPECT_EQ(report.num_rows, 1000);
  ASSERT_EQ(report.levels.size(), 3);
  EXPECT_NEAR(report.levels[0].cost, report.levels[0].copy_cost, 1e-6);
  EXPECT_NEAR(report.levels[0].copy_cost, 0.25, 0.02);  // the variance of the noise
  double variance = 0;
  for (int j = 0; j < 3; ++j) {
    double sum = 0, squares = 0;
    for (int i = j; i < 3000; i += 3) {
      sum += inputs[i];
      squares += inputs[i] * inputs[i];
    }
    variance += (squares / 1000 - sum * sum / 1e6) / 3;
  }
  EXPECT_NEAR(report.levels[0].mean_cost, variance, 1e-6);
  EXPECT_EQ(report.levels[1].mean_cost, 1);
  EXPECT_GT(report.levels[1].copy_cost, 0.09);  // its own noise, and that of the input
}

// A batch of one class alone would be normalized by statistics that no training saw.
TEST(DenoisingReportTest, TheOrderOfRowsDoesNotMatter) {
  LadderModel model(SmallModel(), {3}, /*seed=*/1);
  Dataset dataset;
  dataset.example_shape = {3};
  std::vector<float> inputs;
  for (int i = 0; i < 3 * 1000; ++i) {
    inputs.push_back(static_cast<float>(i * 37 % 101) / 500 + (i / 3 % 2 == 0 ? 0.f : 5.f));
  }
  dataset.inputs = inputs;
  Context context;
  std::vector<int64_t> sorted = AllRows(1000);
  std::stable_partition(sorted.begin(), sorted.end(), [](int64_t row) { return row % 2 == 0; });

  const DenoisingReport mixed =
      MeasureDenoising(&context, model, dataset, AllRows(1000), /*batch_size=*/100, /*seed=*/5);
  const DenoisingReport apart =
      MeasureDenoising(&context, model, dataset, sorted, /*batch_size=*/100, /*seed=*/5);

  // The top's cost of an untrained decoder is mostly one unit's that hardly varies.
  for (int l = 0; l < 2; ++l) {
    const DenoisingReport::Level& level = mixed.levels[l];
    EXPECT_NEAR(apart.levels[l].cost, level.cost, 0.1 * level.cost) << l;
    EXPECT_NEAR(apart.levels[l].copy_cost, level.copy_cost, 0.1 * level.copy_cost) << l;
  }
}

TEST(DenoisingReportTest, NothingIsMeasuredWithoutADecoder) {
  Model config = SmallModel();
  config.mutable_input()->clear_decoder();
  for (Layer& layer : *config.mutable_layers()) layer.clear_decoder();
  LadderModel model(config, {3}, /*seed=*/1);
  Dataset dataset;
  dataset.example_shape = {3};
  dataset.inputs = std::vector<float>(3 * 10);
  Context context;

  const DenoisingReport report =
      MeasureDenoising(&context, model, dataset, AllRows(10), /*batch_size=*/5, /*seed=*/1);

  EXPECT_TRUE(report.levels.empty());
  EXPECT_EQ(DenoisingText(report), "");
}

TEST(DenoisingReportTest, HasATableAndAJsonObject) {
  const DenoisingReport report = {.num_rows = 7, .levels = {{0, 0.5, 0.25, 2}, {1, 0.75, 1.5, 1}}};

  EXPECT_EQ(DenoisingText(report),
            "Denoising of 7 examples: the cost of each level, of copying the noisy signal, and of "
            "always answering the mean\n"
            "level    cost    copy    mean\n"
            "    0  0.5000  0.2500  2.0000\n"
            "    1  0.7500  1.5000  1.0000\n");
  EXPECT_EQ(DenoisingJson(report)["levels"][1]["copy_cost"], 1.5);
}

}  // namespace
}  // namespace ladder
