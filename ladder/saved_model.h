#ifndef LADDER_LADDER_SAVED_MODEL_H_
#define LADDER_LADDER_SAVED_MODEL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/text_proto.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"
#include "ladder/model.h"
#include "training/checkpoint.h"
#include "training/safetensors.h"

namespace ladder {

// What a checkpoint holds of a model: parameters and statistics, under their names. Views.
std::vector<NamedTensor> ModelTensors(LadderModel& model);

// A model as a run saved it.
struct SavedModel {
  Checkpoint checkpoint;
  std::unique_ptr<LadderModel> model;
};

// Loads the newest checkpoint in a folder (training/run_directory.h). `config` is resolved and as
// it was in training; `locations` tells where it was written. Errors: kNotFound if no checkpoint is
// there yet, kFailedPrecondition if it is of another model, others for files.
absl::StatusOr<SavedModel> LoadNewestModel(const std::string& checkpoints, const Model& config,
                                           const FieldLocations& locations);

// An error unless the model can be shown these examples: their size and, where they have labels,
// their classes. `name` is what the error calls them.
absl::Status CheckExamples(const LadderModel& model, const Dataset& dataset,
                           const std::string& name);

}  // namespace ladder

#endif  // LADDER_LADDER_SAVED_MODEL_H_
