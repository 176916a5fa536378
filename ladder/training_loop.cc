#include "ladder/training_loop.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "base/text_proto.h"
#include "ladder/saved_model.h"
#include "training/checkpoint.h"
#include "training/interrupt.h"
#include "training/outcome.h"

namespace ladder {
namespace {

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The parts in lines that fit a terminal.
std::string Wrapped(const std::vector<std::string>& parts) {
  constexpr size_t kColumns = 80;
  std::string text, line;
  for (const std::string& part : parts) {
    if (!line.empty() && line.size() + 2 + part.size() > kColumns) {
      absl::StrAppend(&text, line, "\n");
      line = "    ";
    } else if (!line.empty()) {
      line += "  ";
    }
    line += part;
  }
  return text + line;
}

}  // namespace

TrainingLoop::TrainingLoop(const Experiment& experiment, const RunDirectory& directory,
                           Trainer* trainer, MetricsLog* metrics, Progress* progress,
                           const RunState& state)
    : training_(experiment.training()),
      deployment_(experiment.deployment()),
      directory_(directory),
      trainer_(*trainer),
      metrics_(*metrics),
      progress_(*progress),
      state_(state) {
  for (int l = 0; l <= trainer_.model().encoder().num_layers(); ++l) {
    denoising_names_.push_back(absl::StrCat("denoising/", l));
  }
  if (state_.denoising_size() == 0) StartEpoch();
}

absl::StatusOr<TrainingLoop::End> TrainingLoop::Train() {
  const InterruptHandler interrupt;
  const double begin = Now();
  while (trainer_.step() < trainer_.num_steps()) {
    if (trainer_.step() % trainer_.steps_per_epoch() == 0 && IsPatienceOver()) {
      return End::kEarlyStopping;
    }
    const double start = Now();
    LADDER_ASSIGN_OR_RETURN(const StepCosts* costs, trainer_.Step());
    state_.set_seconds(state_.seconds() + Now() - start);
    Add(*costs);
    if (trainer_.step() % trainer_.steps_per_epoch() == 0) LADDER_RETURN_IF_ERROR(EndEpoch());
    const Metric loss = {"loss", costs->loss};
    progress_.Update(trainer_.step(), {loss});
    if (trainer_.step() == trainer_.num_steps()) break;
    if (interrupt.requested()) {
      LADDER_RETURN_IF_ERROR(Save(directory_.checkpoints(), deployment_.keep_checkpoints()));
      return InterruptedError(absl::StrCat("interrupted and saved at step ", trainer_.step()));
    }
    if (deployment_.has_max_seconds() && Now() - begin >= deployment_.max_seconds()) {
      LADDER_RETURN_IF_ERROR(Save(directory_.checkpoints(), deployment_.keep_checkpoints()));
      return End::kTimeLimit;
    }
  }
  return End::kAllEpochs;
}

void TrainingLoop::StartEpoch() {
  state_.clear_loss();
  state_.clear_supervised();
  state_.clear_virtual_adversarial();
  state_.clear_denoising();
  for (int l = 0; l <= trainer_.model().encoder().num_layers(); ++l) state_.add_denoising(0);
}

void TrainingLoop::Add(const StepCosts& costs) {
  state_.set_loss(state_.loss() + costs.loss);
  state_.set_supervised(state_.supervised() + costs.supervised);
  state_.set_virtual_adversarial(state_.virtual_adversarial() + costs.virtual_adversarial);
  for (size_t l = 0; l < costs.denoising.size(); ++l) {
    state_.set_denoising(l, state_.denoising(l) + costs.denoising[l]);
  }
}

absl::Status TrainingLoop::Save(const std::string& checkpoints, int keep) {
  state_.set_step(trainer_.step());
  const std::vector<int64_t>& shape = trainer_.dataset().example_shape;
  state_.mutable_example_shape()->Assign(shape.begin(), shape.end());
  trainer_.EstimateStatistics();
  LADDER_RETURN_IF_ERROR(trainer_.CheckFinite());
  return SaveCheckpoint(checkpoints, trainer_.step(), ModelTensors(trainer_.model()),
                        trainer_.optimizer(), PrintTextProto(state_), keep);
}

absl::Status TrainingLoop::EndEpoch() {
  const int epoch = this->epoch();
  const bool is_last = epoch == trainer_.num_epochs();
  const double n = static_cast<double>(trainer_.steps_per_epoch());

  std::vector<Metric> row = {{"epoch", static_cast<double>(epoch)},
                             {"learning_rate", trainer_.optimizer().learning_rate()},
                             {"loss", state_.loss() / n},
                             {"supervised", state_.supervised() / n}};
  std::vector<std::string> parts = {absl::StrFormat("epoch %d/%d", epoch, trainer_.num_epochs()),
                                    absl::StrFormat("loss %.4g", state_.loss() / n),
                                    absl::StrFormat("supervised %.4g", state_.supervised() / n)};
  for (int l = 0; trainer_.model().decoder().is_used() && l < state_.denoising_size(); ++l) {
    const double cost = state_.denoising(l) / n;
    row.push_back({denoising_names_[l], cost});
    // What has no cost has nothing to say to a person.
    if (cost > 0) parts.push_back(absl::StrFormat("C%d %.3g", l, cost));
  }
  const Model& model = trainer_.model().config();
  if (model.has_virtual_adversarial() &&
      model.virtual_adversarial().use() == VirtualAdversarial::COST) {
    const double cost = state_.virtual_adversarial() / n;
    row.push_back({"virtual_adversarial", cost});
    parts.push_back(absl::StrFormat("adversarial %.3g", cost));
  }
  Evaluation validation;
  const bool validates = !trainer_.split().validation.empty() &&
                         (is_last || epoch % deployment_.validate_every_epochs() == 0);
  if (validates) {
    trainer_.EstimateStatistics();
    LADDER_RETURN_IF_ERROR(trainer_.CheckFinite());
    validation = trainer_.Validate();
    const double error = validation.error();
    row.push_back({"validation_error", error});
    parts.push_back(trainer_.model().config().target() == Model::NUMBERS
                        ? absl::StrFormat("validation squared error %.4g", error)
                        : absl::StrFormat("validation error %.2f %%", 100 * error));
  }
  row.push_back({"seconds", state_.seconds()});
  LADDER_RETURN_IF_ERROR(metrics_.Append(trainer_.step(), row));
  // Of epochs of a step or two a person needs not each; metrics_ has all.
  constexpr double kLineSeconds = 0.1;
  if (is_last || Now() - last_line_ >= kLineSeconds) {
    progress_.Print(Wrapped(parts));
    last_line_ = Now();
  }

  StartEpoch();
  if (validates) LADDER_RETURN_IF_ERROR(CompareWithBest(epoch, validation));
  if (!is_last && epoch % deployment_.checkpoint_every_epochs() != 0 && !IsPatienceOver()) {
    return absl::OkStatus();
  }
  return Save(directory_.checkpoints(), deployment_.keep_checkpoints());
}

absl::Status TrainingLoop::CompareWithBest(int epoch, const Evaluation& validation) {
  const double error = validation.error();
  // A few rows are soon all right; more training makes the others, too, more so.
  const bool is_surer = error == state_.best_error() && state_.has_best_cross_entropy() &&
                        validation.cross_entropy < state_.best_cross_entropy();
  if (state_.has_best_error() && !is_surer &&
      error >= state_.best_error() - training_.early_stopping().min_delta()) {
    return absl::OkStatus();
  }
  state_.set_best_error(error);
  state_.set_best_cross_entropy(validation.cross_entropy);
  state_.set_best_epoch(epoch);
  return training_.keep_best() ? Save(directory_.best_checkpoint(), /*keep=*/1) : absl::OkStatus();
}

bool TrainingLoop::IsPatienceOver() const {
  return training_.has_early_stopping() && state_.has_best_epoch() &&
         epoch() - state_.best_epoch() >= training_.early_stopping().patience();
}

}  // namespace ladder
