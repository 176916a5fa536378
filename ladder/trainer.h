#ifndef LADDER_LADDER_TRAINER_H_
#define LADDER_LADDER_TRAINER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "data/dataset.h"
#include "ladder/batches.h"
#include "ladder/evaluation.h"
#include "ladder/experiment.pb.h"
#include "ladder/model.h"
#include "ladder/rows.h"
#include "tensor/context.h"
#include "training/adam.h"
#include "training/weight_average.h"

namespace ladder {

// What one step cost.
struct StepCosts {
  double loss = 0;
  double supervised = 0;
  std::vector<double> denoising;   // [L + 1], before their weights; 0 where there is none
  double virtual_adversarial = 0;  // the same
};

// Training, one step after the other, in memory. What surrounds it (files, progress, signals) is in
// ladder/training_loop.h.
class Trainer {
 public:
  // `experiment` is resolved and fits the data (ladder/resolve.h). In a dry run
  // (tensor/context.h), steps have all their sizes, but no numbers.
  Trainer(const Experiment& experiment, Dataset dataset, RowSplit split, bool dry_run = false);

  LadderModel& model() { return model_; }
  Adam& optimizer() { return adam_; }
  Context& context() { return context_; }
  const Dataset& dataset() const { return dataset_; }
  const RowSplit& split() const { return split_; }
  Batches& batches() { return batches_; }

  int64_t steps_per_epoch() const { return batches_.steps_per_epoch(); }
  int num_epochs() const { return training_.num_epochs(); }
  int64_t num_steps() const { return num_epochs() * steps_per_epoch(); }
  // How many steps are done; restoring a checkpoint sets the optimizer's count, and so this.
  int64_t step() const { return adam_.num_steps(); }
  // Of the next step; epochs count from 1.
  int epoch() const { return static_cast<int>(step() / steps_per_epoch()) + 1; }
  double learning_rate() const;

  // Does the next step. The costs are valid until the next call. If a value is not finite: an
  // OutOfRange status that names the step, from 1, and the operation where it first came up.
  absl::StatusOr<const StepCosts*> Step();
  // An OutOfRange status if a parameter or a statistic is not finite. Step sees what the last
  // update broke only in the next step, so this is for what is saved or evaluated.
  absl::Status CheckFinite();

  // Applies training.weight_projection: for parameters that come from elsewhere.
  void ProjectWeights();
  // Makes the model the one to predict with, until the next Step: puts the averages of its weights
  // in place, if the config asks for them, and sets its statistics from the training rows that the
  // config names.
  void EstimateStatistics();
  // Just the first half. So are parameters and optimizer when a checkpoint is saved, and must be
  // when one is loaded.
  void UseAveragedWeights();
  // What the labeled rows cost, and how many of them are wrong, by the statistics of all rows alone
  // and by those of the labeled rows alone. Where these differ, a model does not do in prediction
  // what it learned. The model is as after EstimateStatistics.
  struct LabeledRowsBy {
    Evaluation all, labeled;
  };
  LabeledRowsBy EvaluateLabeledRows();
  // Errors on the validation rows, after EstimateStatistics. Numbers stay as they are trained:
  // standardized.
  Evaluation Validate() { return Evaluate(&context_, model_, dataset_, split_.validation); }

 private:
  // Sets a set of statistics from these rows.
  enum class Rows { kAll, kLabeled };
  void EstimateStatistics(Rows rows, StatisticsSet set);
  // Sets model().prior_ratio(), by the statistics.
  void EstimatePriorRatio();

  const Training training_;
  const Dataset dataset_;
  const RowSplit split_;
  Context context_;
  LadderModel model_;
  Adam adam_;
  absl::optional<WeightAverage> average_;
  Batches batches_;
  Perturbations perturbations_;  // of the last step, for their memory
  StepCosts costs_;
  int64_t estimated_step_ = -1;  // that the model's statistics are of
};

}  // namespace ladder

#endif  // LADDER_LADDER_TRAINER_H_
