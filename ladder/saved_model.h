#ifndef LADDER_LADDER_SAVED_MODEL_H_
#define LADDER_LADDER_SAVED_MODEL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/text_proto.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"
#include "ladder/model.h"
#include "ladder/preprocessing.h"
#include "training/checkpoint.h"
#include "training/run_directory.h"
#include "training/safetensors.h"

namespace ladder {

// What a checkpoint holds of a model: parameters and statistics, under their names. Views.
std::vector<NamedTensor> ModelTensors(LadderModel& model);

// A model as a run saved it, with all that is needed to use it: nothing outside the run's
// directory.
struct SavedModel {
  Checkpoint checkpoint;
  std::unique_ptr<LadderModel> model;
  DataRecord record;
  Preprocessing preprocessing;
};

// Loads a checkpoint of a run: "last", its newest; "best", that of the lowest validation error; or
// that of a step, by its number; empty: best if there is one, else last. `experiment` is resolved
// and as it was in training; `locations` tells where it was written. Errors: kInvalidArgument if
// `which` is none of these, kNotFound if no such checkpoint is there, kFailedPrecondition if it is
// of another model, others for files.
absl::StatusOr<SavedModel> LoadModel(const RunDirectory& run, const Experiment& experiment,
                                     const FieldLocations& locations, absl::string_view which);

// The status of reading a file of a run: one that cannot be understood is damaged (kDataLoss), not
// a mistake in what was typed.
absl::Status Damaged(const absl::Status& status);

// The checkpoint that LoadModel loads.
absl::StatusOr<Checkpoint> FindCheckpoint(const RunDirectory& run, absl::string_view which);

// What a run tells of its data; of a run of an older version, what its newest checkpoint and its
// config tell.
absl::StatusOr<DataRecord> ReadDataRecord(const RunDirectory& run, const Experiment& experiment);

// An error unless the model can be shown these examples: their size and, where they have labels,
// their classes. `name` is what the error calls them.
absl::Status CheckExamples(const LadderModel& model, const Dataset& dataset,
                           const std::string& name);

}  // namespace ladder

#endif  // LADDER_LADDER_SAVED_MODEL_H_
