#include "ladder/trainer.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "kernels/elementwise.h"
#include "kernels/host.h"
#include "kernels/projection.h"
#include "ladder/num_threads.h"
#include "ladder/prior_correction.h"
#include "training/outcome.h"
#include "training/schedule.h"

namespace ladder {
namespace {

AdamOptions ToOptions(const Training::Adam& config) {
  AdamOptions options;
  options.learning_rate = config.learning_rate();
  options.beta1 = config.beta1();
  options.beta2 = config.beta2();
  options.epsilon = config.epsilon();
  options.epsilon_placement = config.epsilon_placement() == Training::Adam::INSIDE_CORRECTION
                                  ? AdamOptions::EpsilonPlacement::kInsideCorrection
                                  : AdamOptions::EpsilonPlacement::kOutsideCorrection;
  return options;
}

}  // namespace

Trainer::Trainer(const Experiment& experiment, Dataset dataset, RowSplit split, bool dry_run)
    : training_(experiment.training()),
      dataset_(std::move(dataset)),
      split_(std::move(split)),
      context_({.num_threads = NumThreads(experiment.deployment()), .dry_run = dry_run}),
      model_(experiment.model(), dataset_.example_shape, training_.seed(),
             ToPredictionOptions(training_), dry_run),
      adam_(&model_.parameters(), ToOptions(training_.adam())),
      batches_(&dataset_, split_.labeled, split_.training, model_.uses_unlabeled_rows(),
               training_) {
  costs_.denoising.resize(model_.encoder().num_layers() + 1);
  ProjectWeights();
  if (training_.has_weight_average()) {
    const Training::WeightAverage& config = training_.weight_average();
    WeightAverageOptions options;
    if (config.has_decay()) options.decay = config.decay();
    options.first_step = static_cast<int64_t>(config.start_fraction() * num_steps());
    average_.emplace(context_, &adam_, options);
  }
}

double Trainer::learning_rate() const {
  const int epoch = std::min(this->epoch(), num_epochs());
  return LinearDecay(training_.adam().learning_rate(), num_epochs(),
                     training_.decay_start_fraction(), epoch);
}

absl::StatusOr<const StepCosts*> Trainer::Step() {
  const int64_t step = this->step();
  const LadderBatch batch = batches_.Batch(step);
  adam_.set_learning_rate(learning_rate());
  if (average_) average_->Use(context_, false);
  const auto not_finite = [&](Tape& tape) {
    return DivergedError(absl::StrCat("step ", step + 1, ": a value is not finite, first in ",
                                      tape.FirstNonFinite()));
  };

  const auto noise_step = static_cast<uint32_t>(step);
  perturbations_ =
      model_.FindPerturbations(&context_, batch, noise_step, std::move(perturbations_));
  Tape tape(&context_);
  const LadderStep result = model_.BuildLoss(tape, batch, noise_step, perturbations_);
  costs_.loss = result.loss.scalar();
  costs_.supervised = result.supervised.scalar();
  if (result.virtual_adversarial) {
    costs_.virtual_adversarial = result.virtual_adversarial.scalar();
  }
  for (size_t l = 0; l < result.decoded.size(); ++l) {
    costs_.denoising[l] = result.decoded[l].cost ? result.decoded[l].cost.scalar() : 0;
  }
  if (!std::isfinite(costs_.loss)) return not_finite(tape);
  adam_.StartStep();
  tape.Backward(result.loss, [&](const Parameter& w) { adam_.Update(context_, w); });
  if (!adam_.FinishStep(context_)) return not_finite(tape);
  ProjectWeights();
  if (average_) average_->Update(context_);
  return &costs_;
}

void Trainer::ProjectWeights() {
  if (training_.weight_projection() != Training::UNIT_NORM) return;
  const int top = model_.encoder().num_layers();
  for (int l = 0; l < top; ++l) {
    for (const Parameter* weights :
         {l > 0 ? model_.encoder().layer(l).weights : nullptr, model_.decoder().level(l).weights}) {
      if (weights != nullptr) kernels::ProjectToUnitNorm(context_, weights->value());
    }
  }
}

absl::Status Trainer::CheckFinite() {
  for (ParameterSet* set : {&model_.parameters(), &model_.statistics()}) {
    for (const auto& parameter : set->parameters()) {
      if (kernels::IsFinite(context_, parameter->value())) continue;
      return DivergedError(absl::StrCat("step ", step(), ": ", parameter->name(),
                                        " is not finite after the update"));
    }
  }
  return absl::OkStatus();
}

void Trainer::UseAveragedWeights() {
  if (average_) average_->Use(context_, true);
}

void Trainer::EstimateStatistics(Rows rows, StatisticsSet set) {
  if (rows == Rows::kLabeled) {
    model_.EstimateStatistics(
        &context_, batches_.num_labeled_batches(),
        [this](int64_t batch) { return batches_.LabeledInputs(batch); }, set);
  } else {
    model_.EstimateStatistics(
        &context_, batches_.num_unlabeled_batches(),
        [this](int64_t batch) { return batches_.UnlabeledInputs(batch); }, set);
  }
}

void Trainer::EstimateStatistics() {
  UseAveragedWeights();
  // An epoch that is validated, kept as the best and saved needs them once.
  if (estimated_step_ == step()) return;
  estimated_step_ = step();
  const bool by_labeled = training_.prediction_statistics() == Training::LABELED_ROWS;
  EstimateStatistics(by_labeled ? Rows::kLabeled : Rows::kAll, StatisticsSet::kFirst);
  if (training_.prediction_statistics() == Training::BOTH) {
    EstimateStatistics(Rows::kLabeled, StatisticsSet::kLabeled);
  }
  if (model_.prior_ratio() != nullptr) EstimatePriorRatio();
}

void Trainer::EstimatePriorRatio() {
  const Tensor ratio = model_.prior_ratio()->value();
  kernels::Fill(context_, ratio, 1);
  // What the labeled rows showed to the supervised cost.
  std::vector<double> learned(static_cast<size_t>(model_.num_classes()), 0.0);
  const std::vector<Real> weights =
      ClassWeights(training_.class_weights(), dataset_, split_.labeled);
  double sum = 0;
  for (const int64_t row : split_.labeled) {
    const auto label = static_cast<size_t>(dataset_.labels[static_cast<size_t>(row)]);
    const double weight = weights.empty() ? 1 : weights[label];
    learned[label] += weight;
    sum += weight;
  }
  for (double& share : learned) share /= sum;

  // More rows would not make the frequencies much more exact.
  constexpr size_t kMaxRows = 10000;
  const size_t step = (split_.training.size() + kMaxRows - 1) / kMaxRows;
  std::vector<int64_t> rows;
  for (size_t i = 0; i < split_.training.size(); i += step) rows.push_back(split_.training[i]);
  std::vector<double> probabilities;
  PredictRows(&context_, model_, dataset_, rows, [&](int64_t, Tensor p) {
    const std::vector<Real> values = kernels::ToHost(p);
    probabilities.insert(probabilities.end(), values.begin(), values.end());
  });
  const std::vector<double> estimate = ladder::EstimatePriorRatio(probabilities, learned);
  kernels::FromHost(std::vector<Real>(estimate.begin(), estimate.end()), ratio);
}

Trainer::LabeledRowsBy Trainer::EvaluateLabeledRows() {
  UseAveragedWeights();
  const auto evaluate_by = [this](Rows rows) {
    EstimateStatistics(rows, StatisticsSet::kFirst);
    if (training_.prediction_statistics() == Training::BOTH) {
      EstimateStatistics(rows, StatisticsSet::kLabeled);  // the mean of two that are the same
    }
    if (model_.prior_ratio() != nullptr) {
      kernels::Fill(context_, model_.prior_ratio()->value(), 1);
    }
    return Evaluate(&context_, model_, dataset_, split_.labeled);
  };
  LabeledRowsBy result;
  result.all = evaluate_by(Rows::kAll);
  result.labeled = evaluate_by(Rows::kLabeled);
  estimated_step_ = -1;
  EstimateStatistics();
  return result;
}

}  // namespace ladder
