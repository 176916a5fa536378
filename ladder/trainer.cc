#include "ladder/trainer.h"

#include <algorithm>
#include <cmath>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "data/label_split.h"
#include "training/schedule.h"
#include "training/weight_projection.h"

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

absl::StatusOr<RowSplit> SplitRows(const Dataset& dataset, const Data& config) {
  LADDER_ASSIGN_OR_RETURN(
      ValidationSplit validation,
      SplitValidation(dataset.num_examples(), config.num_validation(),
                      {.seed = config.seed(), .stream = kValidationSplitStream}));
  RowSplit split;
  split.training = std::move(validation.training);
  split.validation = std::move(validation.validation);
  const int64_t num_labeled =
      config.has_num_labeled() ? config.num_labeled() : static_cast<int64_t>(split.training.size());
  LADDER_ASSIGN_OR_RETURN(split.labeled,
                          ChooseLabeled(dataset, split.training, num_labeled, config.balanced(),
                                        {.seed = config.seed(), .stream = kLabelSplitStream}));
  return split;
}

int NumThreads(const Deployment& config) {
  if (config.has_num_threads()) return config.num_threads();
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Trainer::Trainer(const Experiment& experiment, Dataset dataset, RowSplit split)
    : training_(experiment.training()),
      dataset_(std::move(dataset)),
      split_(std::move(split)),
      context_({.num_threads = NumThreads(experiment.deployment())}),
      model_(experiment.model(), dataset_.example_shape, training_.seed()),
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
    average_.emplace(&adam_, options);
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
    return absl::OutOfRangeError(absl::StrCat(
        "step ", step + 1, ": a value is not finite, first in ", tape.FirstNonFinite()));
  };

  model_.FindPerturbations(&context_, batch, static_cast<uint32_t>(step));
  Tape tape(&context_);
  const LadderStep result = model_.BuildLoss(tape, batch, static_cast<uint32_t>(step));
  costs_.loss = result.loss.value()[0];
  costs_.supervised = result.supervised.value()[0];
  if (result.virtual_adversarial) {
    costs_.virtual_adversarial = result.virtual_adversarial.value()[0];
  }
  for (size_t l = 0; l < result.decoded.size(); ++l) {
    costs_.denoising[l] = result.decoded[l].cost ? result.decoded[l].cost.value()[0] : 0;
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
      if (weights != nullptr) ProjectToUnitNorm(context_, weights->value());
    }
  }
}

absl::Status Trainer::CheckFinite() {
  for (ParameterSet* set : {&model_.parameters(), &model_.statistics()}) {
    for (const auto& parameter : set->parameters()) {
      const Tensor value = parameter->value();
      if (std::all_of(value.data(), value.data() + value.size(),
                      [](Real x) { return std::isfinite(x); })) {
        continue;
      }
      return absl::OutOfRangeError(absl::StrCat("step ", step(), ": ", parameter->name(),
                                                " is not finite after the update"));
    }
  }
  return absl::OkStatus();
}

void Trainer::UseAveragedWeights() {
  if (average_) average_->Use(context_, true);
}

void Trainer::EstimateStatistics() {
  UseAveragedWeights();
  if (training_.prediction_statistics() == Training::LABELED_ROWS) {
    model_.EstimateStatistics(&context_, batches_.num_labeled_batches(),
                              [this](int64_t batch) { return batches_.LabeledInputs(batch); });
  } else {
    model_.EstimateStatistics(&context_, batches_.num_unlabeled_batches(),
                              [this](int64_t batch) { return batches_.UnlabeledInputs(batch); });
  }
}

}  // namespace ladder
