#ifndef LADDER_TESTS_TOOLS_SMALL_EXPERIMENT_H_
#define LADDER_TESTS_TOOLS_SMALL_EXPERIMENT_H_

#include <utility>

#include "data/digits.h"
#include "ladder/trainer.h"

namespace ladder {

// Digits, 64-20-10. All levels are decoded, or none.
inline Experiment SmallExperiment(bool decoded) {
  Experiment experiment;
  Model* model = experiment.mutable_model();
  if (decoded) model->mutable_input()->mutable_decoder()->set_cost_weight(10);
  for (const int64_t units : {20, 10}) {
    Layer* layer = model->add_layers();
    layer->mutable_fully_connected()->set_units(units);
    layer->set_activation(units == 10 ? Layer::SOFTMAX : Layer::RELU);
    if (decoded) layer->mutable_decoder()->set_cost_weight(0.1);
  }
  experiment.mutable_data()->mutable_digits();
  experiment.mutable_data()->set_num_labeled(50);
  experiment.mutable_data()->set_num_validation(37);
  experiment.mutable_data()->set_seed(1);
  experiment.mutable_training()->set_num_epochs(2);
  experiment.mutable_deployment()->set_num_threads(1);
  return experiment;
}

inline Trainer SmallTrainer(bool decoded, bool dry_run = false) {
  const Experiment experiment = SmallExperiment(decoded);
  Dataset dataset = Digits(DatasetPart::kTraining);
  RowSplit split = *SplitRows(dataset, experiment.data());
  return Trainer(experiment, std::move(dataset), std::move(split), dry_run);
}

}  // namespace ladder

#endif  // LADDER_TESTS_TOOLS_SMALL_EXPERIMENT_H_
