#include "ladder/saved_model.h"

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "training/adam.h"

namespace ladder {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr int64_t kInputs = 5;

// Two fully connected layers; the input is reconstructed.
Model TwoLayers(int64_t units = 4) {
  Model model;
  model.mutable_input()->mutable_decoder()->set_cost_weight(1);
  for (const int64_t n : {units, int64_t{3}}) {
    Layer* layer = model.add_layers();
    layer->mutable_fully_connected()->set_units(n);
    layer->set_activation(model.layers_size() == 2 ? Layer::SOFTMAX : Layer::RELU);
    layer->mutable_decoder();
  }
  return model;
}

std::string Folder(const char* name) { return JoinPath(testing::TempDir(), name); }

// Saves a model and returns what its tensors hold.
std::vector<Real> Save(const std::string& checkpoints, LadderModel& model, int64_t step) {
  std::vector<Real> values;
  for (const NamedTensor& named : ModelTensors(model)) {
    for (int64_t i = 0; i < named.tensor.size(); ++i) {
      named.tensor[i] += static_cast<Real>(step);
      values.push_back(named.tensor[i]);
    }
  }
  const Adam adam(&model.parameters());
  EXPECT_TRUE(SaveCheckpoint(checkpoints, step, ModelTensors(model), adam,
                             absl::StrCat("example_shape: ", kInputs), /*keep=*/0)
                  .ok());
  return values;
}

TEST(SavedModelTest, NewestCheckpointHasParametersAndStatistics) {
  const std::string checkpoints = Folder("newest");
  LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Save(checkpoints, model, 3);
  const std::vector<Real> newest = Save(checkpoints, model, 20);

  const absl::StatusOr<SavedModel> saved =
      LoadNewestModel(checkpoints, TwoLayers(), FieldLocations());

  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->checkpoint.step, 20);
  EXPECT_EQ(saved->model->num_inputs(), kInputs);
  std::vector<Real> values;
  for (const NamedTensor& named : ModelTensors(*saved->model)) {
    values.insert(values.end(), named.tensor.data(), named.tensor.data() + named.tensor.size());
  }
  EXPECT_EQ(values, newest);
}

TEST(SavedModelTest, NoCheckpointYetIsNotFound) {
  const absl::Status status =
      LoadNewestModel(Folder("none"), TwoLayers(), FieldLocations()).status();

  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("no complete checkpoint"), HasSubstr(Folder("none"))));
}

TEST(SavedModelTest, CheckpointOfAnotherModelIsAnError) {
  const std::string checkpoints = Folder("other");
  LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Save(checkpoints, model, 1);

  const absl::Status status = LoadNewestModel(checkpoints, TwoLayers(6), FieldLocations()).status();

  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("step_1/model.safetensors is of another model"),
                    HasSubstr("\"encoder/1/W\" is [5, 4], wanted is [5, 6]")));
}

TEST(SavedModelTest, StateWithoutAShapeOfExamplesIsAnError) {
  const std::string checkpoints = Folder("shapeless");
  ParameterSet parameters;
  parameters.Add("w", {2, 2}, Zeros());
  const Adam adam(&parameters);
  for (const auto& [state, shape] : {std::pair("", "{}"), {"example_shape: [28, 0]", "{28, 0}"}}) {
    ASSERT_TRUE(
        SaveCheckpoint(checkpoints, 1, NamedTensors(parameters), adam, state, /*keep=*/0).ok());

    const absl::Status status =
        LoadNewestModel(checkpoints, TwoLayers(), FieldLocations()).status();

    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr("step_1/state.pbtxt"),
                      HasSubstr(absl::StrCat("example_shape must be 1 to 8 sizes from 1 on, got ",
                                             shape))));
  }
}

TEST(SavedModelTest, ModelTooLargeToBuildIsAnErrorThatNamesTheField) {
  const std::string checkpoints = Folder("huge");
  LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Save(checkpoints, model, 1);

  const absl::Status status =
      LoadNewestModel(checkpoints, TwoLayers(int64_t{1} << 30), FieldLocations()).status();

  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("model.layers[0].fully_connected.units"));
}

TEST(CheckExamplesTest, SizeAndClassesMustBeTheModels) {
  const LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Dataset dataset;
  dataset.example_shape = {kInputs};
  EXPECT_TRUE(CheckExamples(model, dataset, "x.csv").ok());
  dataset.num_classes = 3;
  EXPECT_TRUE(CheckExamples(model, dataset, "x.csv").ok());

  dataset.num_classes = 4;
  EXPECT_THAT(std::string(CheckExamples(model, dataset, "x.csv").message()),
              AllOf(HasSubstr("x.csv"), HasSubstr("4 classes"), HasSubstr("apart 3")));
  dataset.example_shape = {2, 3};
  EXPECT_THAT(std::string(CheckExamples(model, dataset, "x.csv").message()),
              HasSubstr("x.csv: an example has 6 values, the model takes 5"));
}

}  // namespace
}  // namespace ladder
