#include "ladder/saved_model.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/level_shapes.h"

namespace ladder {
namespace {

// The shape of the training examples, which the checkpoint's state knows.
absl::StatusOr<std::vector<int64_t>> ExampleShape(const std::string& checkpoint) {
  const std::string path = JoinPath(checkpoint, "state.pbtxt");
  RunState state;
  FieldLocations locations;
  LADDER_RETURN_IF_ERROR(ReadTextProto(path, &state, &locations));
  const auto& shape = state.example_shape();
  if (shape.empty() || shape.size() > Shape::kMaxRank ||
      std::any_of(shape.begin(), shape.end(), [](int64_t size) { return size < 1; })) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " does not say the shape of examples: example_shape must be 1 to ",
                     Shape::kMaxRank, " sizes from 1 on, got {", absl::StrJoin(shape, ", "), "}"));
  }
  return std::vector<int64_t>(shape.begin(), shape.end());
}

}  // namespace

std::vector<NamedTensor> ModelTensors(LadderModel& model) {
  std::vector<NamedTensor> tensors = NamedTensors(model.parameters());
  for (NamedTensor& tensor : NamedTensors(model.statistics())) {
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

absl::StatusOr<SavedModel> LoadNewestModel(const std::string& checkpoints, const Model& config,
                                           const FieldLocations& locations) {
  SavedModel saved;
  LADDER_ASSIGN_OR_RETURN(saved.checkpoint, FindNewestCheckpoint(checkpoints));
  LADDER_ASSIGN_OR_RETURN(const std::vector<int64_t> example_shape,
                          ExampleShape(saved.checkpoint.path));
  LADDER_RETURN_IF_ERROR(LevelShapes(config, locations, example_shape).status());
  // All that the seed chooses is overwritten.
  saved.model = std::make_unique<LadderModel>(config, example_shape, /*seed=*/0);
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
