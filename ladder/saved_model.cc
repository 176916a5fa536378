#include "ladder/saved_model.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/experiment_data.h"
#include "ladder/level_shapes.h"

namespace ladder {
namespace {

absl::Status CheckShape(absl::Span<const int64_t> shape, const std::string& path) {
  int64_t size = 1;
  for (const int64_t extent : shape) {
    size = extent < 1 || size > std::numeric_limits<int32_t>::max() / extent ? 0 : size * extent;
  }
  if (!shape.empty() && shape.size() <= Shape::kMaxRank && size > 0) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      path, " does not say the shape of examples: example_shape must be 1 to ", Shape::kMaxRank,
      " sizes from 1 on that 32 bits can count, got {", absl::StrJoin(shape, ", "), "}"));
}

// What else is used of a record without a look.
absl::Status CheckRecord(const DataRecord& record, const Model& model, const std::string& path) {
  const auto error = [&path](absl::string_view problem) {
    return absl::DataLossError(absl::StrCat(path, " is damaged: ", problem));
  };
  const int num_names = record.class_names_size();
  if (record.num_classes() < 0 || (num_names > 0 && num_names != record.num_classes())) {
    return error(absl::StrCat(num_names, " class_names of ", record.num_classes(), " classes"));
  }
  if (NumOutputs(record) < 1) return error("neither classes nor target_names");
  const int num_targets = model.target() == Model::NUMBERS ? record.target_names_size() : 0;
  if (record.target_means_size() != num_targets || record.target_deviations_size() != num_targets) {
    return error(absl::StrCat("target_means and target_deviations must be ", num_targets));
  }
  for (const double deviation : record.target_deviations()) {
    if (!(deviation > 0)) return error("a target_deviation must be above 0");
  }
  if (record.has_num_rows() &&
      (record.num_training() < 2 || record.num_labeled() < 2 || record.num_validation() < 0 ||
       record.num_test() < 0 ||
       record.num_training() + record.num_validation() + record.num_test() != record.num_rows() ||
       record.num_labeled() > record.num_training())) {
    return error("the numbers of rows do not fit together");
  }
  return absl::OkStatus();
}

// The shape of the training examples, which the checkpoint's state knows.
absl::StatusOr<std::vector<int64_t>> ExampleShape(const std::string& checkpoint) {
  const std::string path = JoinPath(checkpoint, "state.pbtxt");
  RunState state;
  FieldLocations locations;
  LADDER_RETURN_IF_ERROR(Damaged(ReadTextProto(path, &state, &locations)));
  LADDER_RETURN_IF_ERROR(CheckShape(state.example_shape(), path));
  return std::vector<int64_t>(state.example_shape().begin(), state.example_shape().end());
}

}  // namespace

absl::Status Damaged(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? absl::DataLossError(status.message()) : status;
}

std::vector<NamedTensor> ModelTensors(LadderModel& model) {
  std::vector<NamedTensor> tensors = NamedTensors(model.parameters());
  for (NamedTensor& tensor : NamedTensors(model.statistics())) {
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

absl::StatusOr<Checkpoint> FindCheckpoint(const RunDirectory& run, absl::string_view which) {
  if (which.empty()) {
    absl::StatusOr<Checkpoint> best = FindNewestCheckpoint(run.best_checkpoint());
    return absl::IsNotFound(best.status()) ? FindNewestCheckpoint(run.checkpoints()) : best;
  }
  if (which == "last") return FindNewestCheckpoint(run.checkpoints());
  if (which == "best") {
    absl::StatusOr<Checkpoint> best = FindNewestCheckpoint(run.best_checkpoint());
    if (!absl::IsNotFound(best.status())) return best;
    return absl::NotFoundError(
        absl::StrCat(best.status().message(), "; training.keep_best has one kept"));
  }
  int64_t step;
  if (!absl::SimpleAtoi(which, &step)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the checkpoint must be last, best or the number of a step, got ", which));
  }
  std::vector<int64_t> steps;
  for (const std::string& directory : {run.checkpoints(), run.best_checkpoint()}) {
    LADDER_ASSIGN_OR_RETURN(const std::vector<Checkpoint> checkpoints, ListCheckpoints(directory));
    for (const Checkpoint& checkpoint : checkpoints) {
      if (checkpoint.step == step) return checkpoint;
      steps.push_back(checkpoint.step);
    }
  }
  return absl::NotFoundError(absl::StrCat(run.path(), ": no checkpoint of step ", step,
                                          "; there are ", absl::StrJoin(steps, ", ")));
}

absl::StatusOr<DataRecord> ReadDataRecord(const RunDirectory& run, const Experiment& experiment) {
  DataRecord record;
  FieldLocations locations;
  const absl::Status status = ReadTextProto(run.data(), &record, &locations);
  if (!absl::IsNotFound(status)) {
    LADDER_RETURN_IF_ERROR(Damaged(status));
    LADDER_RETURN_IF_ERROR(CheckShape(record.example_shape(), run.data()));
    LADDER_RETURN_IF_ERROR(CheckRecord(record, experiment.model(), run.data()));
    return record;
  }
  LADDER_ASSIGN_OR_RETURN(const Checkpoint newest, FindNewestCheckpoint(run.checkpoints()));
  LADDER_ASSIGN_OR_RETURN(const std::vector<int64_t> shape, ExampleShape(newest.path));
  LADDER_ASSIGN_OR_RETURN(const std::vector<Shape> shapes,
                          LevelShapes(experiment.model(), FieldLocations(), shape));
  record.mutable_example_shape()->Assign(shape.begin(), shape.end());
  record.set_num_classes(static_cast<int32_t>(shapes.back().size()));
  return record;
}

absl::StatusOr<SavedModel> LoadModel(const RunDirectory& run, const Experiment& experiment,
                                     const FieldLocations& locations, absl::string_view which) {
  LADDER_ASSIGN_OR_RETURN(const Checkpoint checkpoint, FindCheckpoint(run, which));
  LADDER_ASSIGN_OR_RETURN(DataRecord record, ReadDataRecord(run, experiment));
  LADDER_ASSIGN_OR_RETURN(const std::vector<int64_t> example_shape, ExampleShape(checkpoint.path));
  LADDER_ASSIGN_OR_RETURN(Preprocessing preprocessing, Preprocessing::Load(experiment.data(), run));
  const Model model = WithData(experiment, record).model();
  LADDER_RETURN_IF_ERROR(LevelShapes(model, locations, example_shape).status());
  // Of what the seed chooses, noise alone is not overwritten.
  SavedModel saved = {
      checkpoint,
      std::make_unique<LadderModel>(model, example_shape, experiment.training().seed(),
                                    ToPredictionOptions(experiment.training())),
      std::move(record), std::move(preprocessing)};
  LADDER_RETURN_IF_ERROR(
      LoadCheckpoint(saved.checkpoint.path, ModelTensors(*saved.model), /*optimizer=*/nullptr)
          .status());
  return saved;
}

absl::Status CheckExamples(const LadderModel& model, const Dataset& dataset,
                           const std::string& name) {
  if (dataset.example_size() != model.num_inputs()) {
    return absl::FailedPreconditionError(
        absl::StrCat(name, ": an example has ", dataset.example_size(), " values, the model takes ",
                     model.num_inputs()));
  }
  if (dataset.num_classes > model.num_classes()) {
    return absl::FailedPreconditionError(absl::StrCat(name, ": has labels of ", dataset.num_classes,
                                                      " classes, the model tells apart ",
                                                      model.num_classes()));
  }
  return absl::OkStatus();
}

}  // namespace ladder
