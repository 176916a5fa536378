#include "ladder/run.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/datasets.h"
#include "ladder/resolve.h"
#include "ladder/trainer.h"
#include "training/checkpoint.h"

namespace ladder {
namespace {

// A run in progress.
class RunInProgress {
 public:
  RunInProgress(const Experiment& experiment, const RunOptions& options, Trainer* trainer)
      : deployment_(experiment.deployment()), output_dir_(options.output_dir), trainer_(*trainer) {
    StartEpoch();
  }

  absl::Status Resume() {
    LADDER_ASSIGN_OR_RETURN(const Checkpoint checkpoint, FindNewestCheckpoint(Checkpoints()));
    LADDER_ASSIGN_OR_RETURN(const std::string text,
                            LoadCheckpoint(checkpoint.path, ModelTensors(), &trainer_.optimizer()));
    FieldLocations locations;
    return ParseTextProto(text, checkpoint.path + "/state.pbtxt", &state_, &locations);
  }

  absl::Status TrainToTheEnd() {
    while (trainer_.step() < trainer_.num_steps()) {
      const auto start = std::chrono::steady_clock::now();
      LADDER_ASSIGN_OR_RETURN(const StepCosts* costs, trainer_.Step());
      state_.set_seconds(
          state_.seconds() +
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
      Add(*costs);
      if (trainer_.step() % trainer_.steps_per_epoch() == 0) LADDER_RETURN_IF_ERROR(EndEpoch());
    }
    return absl::OkStatus();
  }

 private:
  std::string Checkpoints() const { return JoinPath(output_dir_, "checkpoints"); }

  std::vector<NamedTensor> ModelTensors() {
    std::vector<NamedTensor> tensors = NamedTensors(trainer_.model().parameters());
    for (NamedTensor& tensor : NamedTensors(trainer_.model().statistics())) {
      tensors.push_back(std::move(tensor));
    }
    return tensors;
  }

  void StartEpoch() {
    state_.clear_loss();
    state_.clear_supervised();
    state_.clear_denoising();
    for (int l = 0; l <= trainer_.model().encoder().num_layers(); ++l) state_.add_denoising(0);
  }

  void Add(const StepCosts& costs) {
    state_.set_loss(state_.loss() + costs.loss);
    state_.set_supervised(state_.supervised() + costs.supervised);
    for (size_t l = 0; l < costs.denoising.size(); ++l) {
      state_.set_denoising(l, state_.denoising(l) + costs.denoising[l]);
    }
  }

  absl::Status Save() {
    state_.set_step(trainer_.step());
    trainer_.EstimateStatistics();
    return SaveCheckpoint(Checkpoints(), trainer_.step(), ModelTensors(), trainer_.optimizer(),
                          PrintTextProto(state_), deployment_.keep_checkpoints());
  }

  absl::Status EndEpoch() {
    const int epoch = static_cast<int>(trainer_.step() / trainer_.steps_per_epoch());
    const double n = static_cast<double>(trainer_.steps_per_epoch());
    std::fprintf(stderr, "epoch %d/%d loss %.5f supervised %.5f denoising %s seconds %.1f\n", epoch,
                 trainer_.num_epochs(), state_.loss() / n, state_.supervised() / n,
                 absl::StrJoin(state_.denoising(), " ",
                               [n](std::string* out, double sum) {
                                 absl::StrAppendFormat(out, "%.4f", sum / n);
                               })
                     .c_str(),
                 state_.seconds());
    StartEpoch();
    const bool is_last = epoch == trainer_.num_epochs();
    if (is_last || epoch % deployment_.checkpoint_every_epochs() == 0) return Save();
    return absl::OkStatus();
  }

  const Deployment deployment_;
  const std::string output_dir_;
  Trainer& trainer_;
  RunState state_;
};

}  // namespace

absl::StatusOr<Evaluation> Run(const Experiment& experiment, const FieldLocations& locations,
                               const RunOptions& options) {
  LADDER_ASSIGN_OR_RETURN(Dataset dataset, LoadDataset(experiment.data(), DatasetPart::kTraining));
  LADDER_RETURN_IF_ERROR(CheckAgainstData(experiment, locations, dataset));
  LADDER_ASSIGN_OR_RETURN(RowSplit split, SplitRows(dataset, experiment.data()));
  Trainer trainer(experiment, std::move(dataset), std::move(split));
  RunInProgress run(experiment, options, &trainer);
  if (options.resume) LADDER_RETURN_IF_ERROR(run.Resume());
  LADDER_RETURN_IF_ERROR(run.TrainToTheEnd());

  LADDER_ASSIGN_OR_RETURN(const Dataset test, LoadDataset(experiment.data(), DatasetPart::kTest));
  return Evaluate(&trainer.context(), trainer.model(), test, AllRows(test.num_examples()));
}

}  // namespace ladder
