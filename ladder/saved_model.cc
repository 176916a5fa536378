#include "ladder/saved_model.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

// The size of the training examples, which the checkpoint alone knows.
absl::StatusOr<int64_t> InputUnits(const std::string& checkpoint) {
  const std::string path = JoinPath(checkpoint, "model.safetensors");
  LADDER_ASSIGN_OR_RETURN(const Safetensors file, Safetensors::Read(path));
  const Safetensors::Entry* entry = file.Find("encoder/1/W");
  if (entry == nullptr || entry->shape.rank() != 2 || entry->shape.size() == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is of another model: it lacks a matrix \"encoder/1/W\""));
  }
  return entry->shape[0];
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
  LADDER_ASSIGN_OR_RETURN(const int64_t input_units, InputUnits(saved.checkpoint.path));
  LADDER_RETURN_IF_ERROR(CheckNumParameters(config, locations, input_units));
  // All that the seed chooses is overwritten.
  saved.model = std::make_unique<LadderModel>(config, input_units, /*seed=*/0);
  LADDER_RETURN_IF_ERROR(
      LoadCheckpoint(saved.checkpoint.path, ModelTensors(*saved.model), /*optimizer=*/nullptr)
          .status());
  return saved;
}

absl::Status CheckExamples(const LadderModel& model, const Dataset& dataset,
                           const std::string& name) {
  const int64_t input_units = model.encoder().units(0);
  if (dataset.example_size() != input_units) {
    return absl::FailedPreconditionError(absl::StrCat(name, ": an example has ",
                                                      dataset.example_size(),
                                                      " values, the model takes ", input_units));
  }
  if (dataset.num_classes > model.num_classes()) {
    return absl::FailedPreconditionError(absl::StrCat(name, ": has labels of ", dataset.num_classes,
                                                      " classes, the model tells apart ",
                                                      model.num_classes()));
  }
  return absl::OkStatus();
}

}  // namespace ladder
