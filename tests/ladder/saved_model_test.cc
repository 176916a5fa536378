#include "ladder/saved_model.h"

#include <cstdint>
#include <filesystem>
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

// An experiment of that model on data that a run of an older version does not record.
Experiment WithModel(const Model& model) {
  Experiment experiment;
  *experiment.mutable_model() = model;
  return experiment;
}

// The folder of a run that has a config and nothing else.
RunDirectory NewRun(const char* name) {
  const std::string path = JoinPath(testing::TempDir(), name);
  std::filesystem::remove_all(path);
  const RunDirectory run = RunDirectory::Create(path).value();
  EXPECT_TRUE(WriteFileAtomically(run.config(), "").ok());
  return run;
}

absl::StatusOr<SavedModel> Load(const RunDirectory& run, const Model& model,
                                absl::string_view which = "last") {
  return LoadModel(run, WithModel(model), FieldLocations(), which);
}

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
  const RunDirectory run = NewRun("newest");
  LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Save(run.checkpoints(), model, 3);
  const std::vector<Real> newest = Save(run.checkpoints(), model, 20);

  const absl::StatusOr<SavedModel> saved = Load(run, TwoLayers());

  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->checkpoint.step, 20);
  EXPECT_EQ(saved->model->num_inputs(), kInputs);
  std::vector<Real> values;
  for (const NamedTensor& named : ModelTensors(*saved->model)) {
    values.insert(values.end(), named.tensor.data(), named.tensor.data() + named.tensor.size());
  }
  EXPECT_EQ(values, newest);
}

TEST(SavedModelTest, ACheckpointIsChosenByNameOrStep) {
  const RunDirectory run = NewRun("chosen");
  LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Save(run.checkpoints(), model, 3);
  Save(run.best_checkpoint(), model, 7);
  Save(run.checkpoints(), model, 20);

  EXPECT_EQ(Load(run, TwoLayers(), "last")->checkpoint.step, 20);
  EXPECT_EQ(Load(run, TwoLayers(), "")->checkpoint.step, 7);
  EXPECT_EQ(Load(run, TwoLayers(), "best")->checkpoint.step, 7);
  EXPECT_EQ(Load(run, TwoLayers(), "3")->checkpoint.step, 3);
  EXPECT_THAT(std::string(Load(run, TwoLayers(), "4").status().message()),
              HasSubstr("no checkpoint of step 4; there are 3, 20, 7"));
  EXPECT_TRUE(absl::IsInvalidArgument(Load(run, TwoLayers(), "newest").status()));
}

// As of a run that was stopped before its first validation.
TEST(SavedModelTest, WithoutABestCheckpointTheNewestServes) {
  const RunDirectory run = NewRun("no_best");
  LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Save(run.checkpoints(), model, 3);

  EXPECT_EQ(Load(run, TwoLayers(), "")->checkpoint.step, 3);
  EXPECT_TRUE(absl::IsNotFound(Load(run, TwoLayers(), "best").status()));
}

TEST(SavedModelTest, NoCheckpointYetIsNotFound) {
  const absl::Status status = Load(NewRun("none"), TwoLayers()).status();

  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("no complete checkpoint"), HasSubstr("none/checkpoints")));
}

TEST(SavedModelTest, CheckpointOfAnotherModelIsAnError) {
  const RunDirectory run = NewRun("other");
  LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Save(run.checkpoints(), model, 1);

  const absl::Status status = Load(run, TwoLayers(6)).status();

  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("step_1/model.safetensors is of another model"),
                    HasSubstr("\"encoder/1/W\" is [5, 4], wanted is [5, 6]")));
}

TEST(SavedModelTest, StateWithoutAShapeOfExamplesIsAnError) {
  const RunDirectory run = NewRun("shapeless");
  ParameterSet parameters;
  parameters.Add("w", {2, 2}, Zeros());
  const Adam adam(&parameters);
  for (const auto& [state, shape] :
       {std::pair("", "{}"),
        {"example_shape: [28, 0]", "{28, 0}"},
        {"example_shape: [-1]", "{-1}"},
        {"example_shape: [4611686018427387904, 4]", "{4611686018427387904, 4}"}}) {
    ASSERT_TRUE(
        SaveCheckpoint(run.checkpoints(), 1, NamedTensors(parameters), adam, state, /*keep=*/0)
            .ok());

    const absl::Status status = Load(run, TwoLayers()).status();

    EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr("step_1/state.pbtxt"),
                      HasSubstr("example_shape must be 1 to 8 sizes from 1 on"), HasSubstr(shape)));
  }
}

TEST(SavedModelTest, ModelTooLargeToBuildIsAnErrorThatNamesTheField) {
  const RunDirectory run = NewRun("huge");
  LadderModel model(TwoLayers(), {kInputs}, /*seed=*/1);
  Save(run.checkpoints(), model, 1);

  const absl::Status status = Load(run, TwoLayers(int64_t{1} << 30)).status();

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
