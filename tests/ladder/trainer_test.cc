#include "ladder/trainer.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "data/digits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/base/allocation_counter.h"

namespace ladder {
namespace {

using testing::HasSubstr;

Experiment SmallExperiment() {
  Experiment experiment;
  Model* model = experiment.mutable_model();
  model->mutable_input()->mutable_decoder()->set_cost_weight(10);
  for (const int64_t units : {300, 50, 10}) {
    Layer* layer = model->add_layers();
    layer->mutable_fully_connected()->set_units(units);
    layer->set_activation(units == 10 ? Layer::SOFTMAX : Layer::RELU);
    layer->mutable_decoder()->set_cost_weight(0.1);
  }
  experiment.mutable_data()->mutable_digits();
  experiment.mutable_data()->set_num_labeled(100);
  experiment.mutable_data()->set_num_validation(200);
  experiment.mutable_data()->set_seed(1);
  experiment.mutable_training()->set_num_epochs(2);
  experiment.mutable_deployment()->set_num_threads(1);
  return experiment;
}

void AddVirtualAdversarial(Experiment& experiment) {
  VirtualAdversarial* config = experiment.mutable_model()->mutable_virtual_adversarial();
  config->set_use(VirtualAdversarial::COST);
  for (const double epsilon : {0.5, 0.1}) config->add_epsilon(epsilon);
}

Trainer MakeTrainer(const Experiment& experiment) {
  Dataset dataset = Digits(DatasetPart::kTraining);
  RowSplit split = *SplitRows(dataset, experiment.data());
  return Trainer(experiment, std::move(dataset), std::move(split));
}

std::vector<Real> Values(Trainer& trainer) {
  const Tensor slab = trainer.model().parameters().values();
  return std::vector<Real>(slab.data(), slab.data() + slab.size());
}

TEST(SplitRowsTest, LabeledRowsAreTrainingRowsAndValidationRowsAreNot) {
  const Experiment experiment = SmallExperiment();
  const Dataset dataset = Digits(DatasetPart::kTraining);

  const RowSplit split = *SplitRows(dataset, experiment.data());

  EXPECT_EQ(split.labeled.size(), 100);
  EXPECT_EQ(split.validation.size(), 200);
  EXPECT_EQ(split.training.size(), dataset.num_examples() - 200);
  for (const int64_t row : split.labeled) EXPECT_THAT(split.training, testing::Contains(row));
  for (const int64_t row : split.validation) {
    EXPECT_THAT(split.training, testing::Not(testing::Contains(row)));
  }
}

TEST(TrainerTest, AllocatesNothingFromTheThirdStepOn) {
  Experiment experiment = SmallExperiment();
  experiment.mutable_deployment()->set_num_threads(2);
  experiment.mutable_training()->mutable_weight_average()->set_decay(0.9);
  experiment.mutable_training()->set_weight_projection(Training::UNIT_NORM);
  AddVirtualAdversarial(experiment);
  Trainer trainer = MakeTrainer(experiment);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(trainer.Step().ok());
  const int64_t before = NumAllocations();
  const int arena_before = trainer.context().arena().num_system_allocations();

  while (trainer.step() < trainer.num_steps()) ASSERT_TRUE(trainer.Step().ok());

  EXPECT_EQ(NumAllocations(), before);
  EXPECT_EQ(trainer.context().arena().num_system_allocations(), arena_before);
}

TEST(TrainerTest, SameBitsOnOneTwoAndThreeThreads) {
  std::vector<std::vector<Real>> values;
  for (const int threads : {1, 2, 3}) {
    Experiment experiment = SmallExperiment();
    AddVirtualAdversarial(experiment);
    experiment.mutable_deployment()->set_num_threads(threads);
    Trainer trainer = MakeTrainer(experiment);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(trainer.Step().ok());
    values.push_back(Values(trainer));
  }

  EXPECT_EQ(values[0], values[1]);
  EXPECT_EQ(values[0], values[2]);
}

TEST(TrainerTest, LearnsDigits) {
  Experiment experiment = SmallExperiment();
  experiment.mutable_training()->set_num_epochs(10);
  Trainer trainer = MakeTrainer(experiment);

  while (trainer.step() < trainer.num_steps()) ASSERT_TRUE(trainer.Step().ok());
  trainer.EstimateStatistics();

  EXPECT_LT(trainer.Validate().error(), 0.2);  // chance is 0.9
}

// Digits whose labeled rows are balanced, where of the others 7 in 8 are fours.
Trainer UnbalancedTrainer() {
  Experiment experiment = SmallExperiment();
  experiment.mutable_training()->set_prior_correction(true);
  experiment.mutable_training()->set_prediction_statistics(Training::BOTH);
  experiment.mutable_training()->set_num_epochs(10);
  Dataset dataset = Digits(DatasetPart::kTraining);
  RowSplit split = *SplitRows(dataset, experiment.data());
  std::vector<int64_t> training = split.labeled;
  int others = 0;
  for (const int64_t row : split.training) {
    const bool is_four = dataset.labels[row] == 4;
    if (!is_four && ++others > 100) continue;
    training.insert(training.end(), is_four ? 7 : 1, row);
  }
  split.training = std::move(training);
  return Trainer(experiment, std::move(dataset), std::move(split));
}

TEST(TrainerTest, PriorCorrectionFindsTheProportionsOfAllRows) {
  Trainer trainer = UnbalancedTrainer();
  while (trainer.step() < trainer.num_steps()) ASSERT_TRUE(trainer.Step().ok());

  trainer.EstimateStatistics();

  const Tensor ratio = trainer.model().prior_ratio()->value();
  for (int64_t c = 0; c < ratio.size(); ++c) {
    if (c == 4) {
      EXPECT_GT(ratio[c], 4);
    } else {
      EXPECT_LT(ratio[c], 1) << "class " << c;
    }
  }
}

TEST(TrainerTest, EvaluatesLabeledRowsByEitherStatisticsAndLeavesTheModelAsItWas) {
  Trainer trainer = UnbalancedTrainer();
  while (trainer.step() < trainer.num_steps()) ASSERT_TRUE(trainer.Step().ok());
  trainer.EstimateStatistics();
  const Tensor statistics = trainer.model().statistics().values();
  const std::vector<Real> before(statistics.data(), statistics.data() + statistics.size());

  const Trainer::LabeledRowsBy rows = trainer.EvaluateLabeledRows();

  EXPECT_EQ(rows.all.num_examples(), 100);
  EXPECT_EQ(rows.labeled.num_examples(), 100);
  EXPECT_LT(rows.all.error(), 0.2);
  EXPECT_LT(rows.labeled.error(), 0.2);
  EXPECT_NE(rows.labeled.cross_entropy, rows.all.cross_entropy);
  EXPECT_THAT(before, testing::ElementsAreArray(statistics.data(), statistics.size()));
}

// The digits with targets in place of classes, of which every fifth is missing; all rows are
// training rows, and every other one is labeled or measures the error.
Trainer TargetTrainer(Model::Target target) {
  Experiment experiment = SmallExperiment();
  experiment.mutable_model()->set_target(target);
  Layer* top = experiment.mutable_model()->mutable_layers(2);
  top->mutable_fully_connected()->set_units(2);
  top->set_activation(target == Model::NUMBERS ? Layer::IDENTITY : Layer::SIGMOID);
  experiment.mutable_training()->set_num_epochs(10);
  Dataset dataset = Digits(DatasetPart::kTraining);
  for (int64_t i = 0; i < 2 * dataset.num_examples(); ++i) {
    const int32_t digit = dataset.labels[i / 2];
    const float number = static_cast<float>(i % 2 == 0 ? digit - 4.5 : 4.5 - digit) / 3;
    const float flag = i % 2 == 0 ? digit % 2 : digit > 4;
    dataset.targets.push_back(i % 5 == 0                 ? std::numeric_limits<float>::quiet_NaN()
                              : target == Model::NUMBERS ? number
                                                         : flag);
  }
  dataset.target_names = {"a", "b"};
  dataset.labels.clear();
  dataset.num_classes = 0;
  RowSplit split;
  split.training = AllRows(dataset.num_examples());
  for (const int64_t row : split.training) {
    (row % 2 == 0 ? split.labeled : split.validation).push_back(row);
  }
  return Trainer(experiment, std::move(dataset), std::move(split));
}

TEST(TrainerTest, LearnsNumbersAndFlags) {
  for (const Model::Target target : {Model::NUMBERS, Model::LABELS}) {
    Trainer trainer = TargetTrainer(target);

    while (trainer.step() < trainer.num_steps()) ASSERT_TRUE(trainer.Step().ok());
    trainer.EstimateStatistics();

    const Evaluation evaluation = trainer.Validate();
    EXPECT_LT(evaluation.error(), evaluation.majority_error() / 3) << Model::Target_Name(target);
  }
}

TEST(BatchesTest, TargetsAreThoseOfTheLabeledRows) {
  Trainer trainer = TargetTrainer(Model::NUMBERS);

  const LadderBatch batch = trainer.batches().Batch(0);

  EXPECT_TRUE(batch.labels.empty());
  EXPECT_EQ(batch.num_labeled(), 100);
  EXPECT_EQ(batch.targets.shape(), Shape({100, 2}));
  // Where both are known they are opposite numbers.
  int missing = 0;
  for (int64_t i = 0; i < 200; i += 2) {
    if (std::isnan(batch.targets[i]) || std::isnan(batch.targets[i + 1])) {
      ++missing;
    } else {
      EXPECT_EQ(batch.targets[i], -batch.targets[i + 1]);
    }
  }
  EXPECT_GT(missing, 10);
  EXPECT_LT(missing, 90);
}

TEST(BatchesTest, ClassWeightsHaveAMeanOf1OverTheLabeledRows) {
  Dataset dataset;
  dataset.num_classes = 4;
  dataset.labels = {0, 0, 0, 1, 2, 2, 3};
  const std::vector<int64_t> rows = {0, 1, 2, 3, 4, 5};  // none of class 3
  Training::ClassWeights config;

  EXPECT_THAT(ClassWeights(config, dataset, rows), testing::IsEmpty());
  config.set_balanced(true);
  EXPECT_THAT(ClassWeights(config, dataset, rows),
              testing::Pointwise(testing::DoubleNear(1e-6), {2.0 / 3, 2.0, 1.0, 0.0}));
  config.set_balanced(false);
  for (const double weight : {2, 6, 3, 100}) config.add_weight(weight);
  EXPECT_THAT(ClassWeights(config, dataset, rows),
              testing::Pointwise(testing::DoubleNear(1e-6), {2.0 / 3, 2.0, 1.0, 0.0}));
}

TEST(BatchesTest, ARowHasTheWeightOfItsClass) {
  Experiment experiment = SmallExperiment();
  EXPECT_THAT(MakeTrainer(experiment).batches().Batch(0).weights, testing::IsEmpty());
  Training::ClassWeights* config = experiment.mutable_training()->mutable_class_weights();
  for (int label = 0; label < 10; ++label) config->add_weight(label + 1);
  Trainer trainer = MakeTrainer(experiment);

  const LadderBatch batch = trainer.batches().Batch(0);

  ASSERT_EQ(batch.weights.size(), 100);
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_NEAR(batch.weights[i], (batch.labels[i] + 1) / 5.5, 1e-6) << i;
  }
}

TEST(TrainerTest, TheLearningRateFallsAsTheScheduleSays) {
  Experiment experiment = SmallExperiment();
  experiment.mutable_training()->set_num_epochs(2);
  experiment.mutable_training()->set_decay_start_fraction(0);
  Trainer trainer = MakeTrainer(experiment);

  EXPECT_DOUBLE_EQ(trainer.learning_rate(), 0.002);
  for (int64_t i = 0; i < trainer.steps_per_epoch(); ++i) ASSERT_TRUE(trainer.Step().ok());

  EXPECT_EQ(trainer.epoch(), 2);
  EXPECT_DOUBLE_EQ(trainer.learning_rate(), 0.001);
}

TEST(TrainerTest, PredictsWithTheMeanOfTheWeightsAndTrainsOnWithTheirOwn) {
  Experiment experiment = SmallExperiment();
  Trainer plain = MakeTrainer(experiment);
  experiment.mutable_training()->mutable_weight_average()->set_start_fraction(0.5);
  Trainer averaged = MakeTrainer(experiment);
  const int64_t first_averaged = plain.num_steps() / 2;

  std::vector<double> sum(Values(plain).size());
  while (plain.step() < plain.num_steps()) {
    ASSERT_TRUE(plain.Step().ok());
    ASSERT_TRUE(averaged.Step().ok());
    EXPECT_EQ(Values(averaged), Values(plain)) << "step " << plain.step();
    const std::vector<Real> values = Values(plain);
    if (plain.step() > first_averaged) {
      for (size_t i = 0; i < sum.size(); ++i) sum[i] += values[i];
    }
    averaged.EstimateStatistics();
    if (plain.step() <= first_averaged) {
      EXPECT_EQ(Values(averaged), values);
    }
  }

  const double count = static_cast<double>(plain.num_steps() - first_averaged);
  const std::vector<Real> averages = Values(averaged);
  for (size_t i = 0; i < sum.size(); ++i) ASSERT_NEAR(averages[i], sum[i] / count, 1e-5);
  plain.EstimateStatistics();
  EXPECT_NE(averaged.model().statistics().Find("encoder/1/mean")->value()[0],
            plain.model().statistics().Find("encoder/1/mean")->value()[0]);
}

TEST(TrainerTest, ProjectsWeightsButTheTopLayersFromTheStart) {
  Experiment experiment = SmallExperiment();
  experiment.mutable_training()->set_weight_projection(Training::UNIT_NORM);
  Trainer trainer = MakeTrainer(experiment);
  // The norm of the weights into a unit.
  const auto norm = [&](const char* name, int64_t unit) {
    const Tensor w = trainer.model().parameters().Find(name)->value();
    double sum = 0;
    for (int64_t i = 0; i < w.shape()[0]; ++i) sum += std::pow(w[i * w.shape()[1] + unit], 2.0);
    return std::sqrt(sum);
  };

  for (int step = 0; step < 3; ++step) {
    for (const int64_t unit : {0, 7}) {
      for (const char* name : {"encoder/1/W", "encoder/2/W", "decoder/0/V", "decoder/2/V"}) {
        EXPECT_NEAR(norm(name, unit), 1, 1e-6) << name << " " << unit << ", step " << step;
      }
      EXPECT_GT(std::abs(norm("encoder/3/W", unit) - 1), 1e-3) << unit;
    }
    ASSERT_TRUE(trainer.Step().ok());
  }
}

TEST(TrainerTest, NamesStepAndOperationOfAValueThatIsNotFinite) {
  Trainer trainer = MakeTrainer(SmallExperiment());
  ASSERT_TRUE(trainer.Step().ok());
  trainer.model().parameters().Find("encoder/2/W")->value()[0] =
      std::numeric_limits<Real>::infinity();

  const absl::Status status = trainer.Step().status();

  EXPECT_TRUE(absl::IsOutOfRange(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("step 2:"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("encoder/2/W"));
}

TEST(EvaluationTest, IntervalIsWilsons) {
  Evaluation evaluation;
  evaluation.num_classes = 2;
  evaluation.confusion = {45, 5, 5, 45};

  EXPECT_EQ(evaluation.num_errors(), 10);
  EXPECT_DOUBLE_EQ(evaluation.error(), 0.1);
  // By hand: (0.1 + 0.0192) / 1.0384 -+ 0.0596.
  EXPECT_NEAR(evaluation.error_interval().low, 0.0552, 1e-4);
  EXPECT_NEAR(evaluation.error_interval().high, 0.1744, 1e-4);
}

}  // namespace
}  // namespace ladder
