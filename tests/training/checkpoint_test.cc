#include "training/checkpoint.h"

#include <stdlib.h>

#include <cstring>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "training/adam.h"
#include "training/sgd.h"

namespace ladder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

struct Model {
  explicit Model(uint64_t seed) {
    parameters.Add("w", {3, 5}, Uniform(1, {.seed = seed}));
    parameters.Add("b", {5}, Uniform(1, {.seed = seed + 1}));
  }

  ParameterSet parameters;
};

struct ModelInTraining : Model {
  explicit ModelInTraining(uint64_t seed = 1) : Model(seed) {}
  void Train(int num_steps) {
    for (int step = 0; step < num_steps; ++step) {
      for (const auto& parameter : parameters.parameters()) {
        for (int64_t i = 0; i < parameter->shape().size(); ++i) {
          parameter->grad()[i] = static_cast<Real>(i % 7 - 3) + adam.num_steps();
        }
      }
      adam.Step(context);
    }
  }
  // All that training changes.
  std::vector<Real> Everything() const {
    std::vector<Real> all;
    for (const Tensor& slab : {parameters.values(), adam.states()[0].slab, adam.states()[1].slab}) {
      all.insert(all.end(), slab.data(), slab.data() + slab.size());
    }
    return all;
  }
  absl::Status Save(const std::string& directory, int64_t step, int keep = 0) {
    return SaveCheckpoint(directory, step, NamedTensors(parameters), adam,
                          absl::StrCat("step: ", step), keep);
  }
  absl::StatusOr<std::string> Load(const std::string& path) {
    return LoadCheckpoint(path, NamedTensors(parameters), &adam);
  }

  Adam adam{&parameters};
  Context context;
};

class CheckpointTest : public testing::Test {
 protected:
  CheckpointTest() {
    std::string path = JoinPath(testing::TempDir(), "checkpoint_test_XXXXXX");
    directory_ = JoinPath(mkdtemp(path.data()), "checkpoints");
  }
  std::string StepPath(int step) { return JoinPath(directory_, absl::StrCat("step_", step)); }
  std::vector<std::string> Steps() {
    const absl::StatusOr<std::vector<Checkpoint>> checkpoints = ListCheckpoints(directory_);
    std::vector<std::string> steps;
    for (const Checkpoint& checkpoint : *checkpoints) {
      steps.push_back(absl::StrCat(checkpoint.step));
    }
    return steps;
  }

  std::string directory_;
};

TEST_F(CheckpointTest, RunGoesOnAsIfItHadNeverStopped) {
  ModelInTraining run;
  run.Train(3);
  ASSERT_TRUE(run.Save(directory_, 3).ok());
  ModelInTraining resumed(99);
  resumed.Train(1);

  const absl::StatusOr<std::string> state = resumed.Load(StepPath(3));

  ASSERT_TRUE(state.ok()) << state.status();
  EXPECT_EQ(*state, "step: 3");
  EXPECT_EQ(resumed.adam.num_steps(), 3);
  EXPECT_EQ(resumed.Everything(), run.Everything());
  run.Train(2);
  resumed.Train(2);
  EXPECT_EQ(resumed.Everything(), run.Everything());
}

TEST_F(CheckpointTest, HasTheFilesThatTheHeaderNamesAndLeavesNothingElse) {
  ASSERT_TRUE(ModelInTraining().Save(directory_, 7).ok());

  EXPECT_THAT(NamesIn(directory_), ElementsAre("step_7"));
  EXPECT_THAT(
      NamesIn(StepPath(7)),
      UnorderedElementsAre("model.safetensors", "optimizer.safetensors", "state.pbtxt", "done"));
  const auto file = Safetensors::Read(JoinPath(StepPath(7), "optimizer.safetensors"));
  ASSERT_TRUE(file.ok());
  std::vector<std::string> names;
  for (const Safetensors::Entry& entry : file->entries()) names.push_back(entry.name);
  EXPECT_THAT(names, ElementsAre("m/w", "m/b", "v/w", "v/b"));
}

TEST_F(CheckpointTest, LoadsTheModelWithoutTheOptimizer) {
  ModelInTraining run;
  run.Train(2);
  ASSERT_TRUE(run.Save(directory_, 2).ok());
  std::filesystem::remove(JoinPath(StepPath(2), "optimizer.safetensors"));
  ModelInTraining other(5);

  ASSERT_TRUE(LoadCheckpoint(StepPath(2), NamedTensors(other.parameters), nullptr).ok());

  EXPECT_EQ(std::memcmp(other.parameters.values().data(), run.parameters.values().data(),
                        run.parameters.values().size() * sizeof(Real)),
            0);
  EXPECT_EQ(other.adam.num_steps(), 0);
}

TEST_F(CheckpointTest, NewestIsTheLatestStepThatIsComplete) {
  ModelInTraining run;
  for (const int step : {9, 10, 100}) ASSERT_TRUE(run.Save(directory_, step).ok());
  std::filesystem::remove(JoinPath(StepPath(100), "done"));
  std::filesystem::create_directories(JoinPath(directory_, "step_200.tmp"));
  for (const char* name : {"step_1e9", "step_0300", "step_-1", "step_", "other", "step_999x"}) {
    std::filesystem::create_directories(JoinPath(directory_, name));
    ASSERT_TRUE(WriteFileAtomically(absl::StrCat(directory_, "/", name, "/done"), "").ok());
  }

  const absl::StatusOr<Checkpoint> newest = FindNewestCheckpoint(directory_);

  ASSERT_TRUE(newest.ok());
  EXPECT_EQ(newest->step, 10);
  EXPECT_EQ(newest->path, StepPath(10));
  EXPECT_THAT(Steps(), ElementsAre("9", "10"));
}

TEST_F(CheckpointTest, NothingIsFoundWhereNothingIs) {
  const absl::Status status = FindNewestCheckpoint(directory_).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()), "no complete checkpoint in " + directory_);
  EXPECT_THAT(Steps(), ElementsAre());
}

TEST_F(CheckpointTest, KeepsTheLastOnes) {
  ModelInTraining run;
  for (int step = 1; step <= 5; ++step) ASSERT_TRUE(run.Save(directory_, step, 2).ok());
  EXPECT_THAT(NamesIn(directory_), UnorderedElementsAre("step_4", "step_5"));

  ASSERT_TRUE(run.Save(directory_, 6, 1).ok());
  EXPECT_THAT(NamesIn(directory_), UnorderedElementsAre("step_6"));

  ASSERT_TRUE(run.Save(directory_, 7, 0).ok());
  EXPECT_THAT(NamesIn(directory_), UnorderedElementsAre("step_6", "step_7"));
}

TEST_F(CheckpointTest, NeverDeletesWhatItJustSavedNorLaterSteps) {
  ModelInTraining run;
  for (const int step : {10, 20, 30}) ASSERT_TRUE(run.Save(directory_, step).ok());

  ASSERT_TRUE(run.Save(directory_, 15, 1).ok());

  EXPECT_THAT(Steps(), ElementsAre("15", "20", "30"));
}

TEST_F(CheckpointTest, ReplacesOneOfTheSameStep) {
  ModelInTraining run;
  ASSERT_TRUE(run.Save(directory_, 4).ok());
  run.Train(1);

  ASSERT_TRUE(run.Save(directory_, 4).ok());

  EXPECT_THAT(NamesIn(directory_), ElementsAre("step_4"));
  ModelInTraining loaded(5);
  ASSERT_TRUE(loaded.Load(StepPath(4)).ok());
  EXPECT_EQ(loaded.Everything(), run.Everything());
}

TEST_F(CheckpointTest, ClearsAwayWhatACrashLeft) {
  std::filesystem::create_directories(JoinPath(directory_, "step_3.tmp/x"));
  std::filesystem::create_directories(JoinPath(directory_, "step_8.tmp"));
  std::filesystem::create_directories(JoinPath(directory_, "mine.tmp"));

  ASSERT_TRUE(ModelInTraining().Save(directory_, 8).ok());

  EXPECT_THAT(NamesIn(directory_), UnorderedElementsAre("step_8", "mine.tmp"));
}

TEST_F(CheckpointTest, FailedSaveLeavesTheOldOneAndNothingHalf) {
  ModelInTraining run;
  ASSERT_TRUE(run.Save(directory_, 1).ok());
  const std::string file = JoinPath(directory_, "file");
  ASSERT_TRUE(WriteFileAtomically(file, "").ok());

  const absl::Status status = run.Save(file, 2);

  EXPECT_THAT(std::string(status.message()), HasSubstr("Not a directory"));
  EXPECT_THAT(std::string(status.message()), HasSubstr(file));
  EXPECT_THAT(Steps(), ElementsAre("1"));
}

TEST_F(CheckpointTest, RefusesAnIncompleteCheckpoint) {
  ModelInTraining run;
  ASSERT_TRUE(run.Save(directory_, 1).ok());
  std::filesystem::remove(JoinPath(StepPath(1), "done"));

  const absl::Status status = run.Load(StepPath(1)).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(std::string(status.message()),
            StepPath(1) + " is no complete checkpoint: it has no file \"done\"");
}

TEST_F(CheckpointTest, RefusesTheCheckpointOfAnotherModelAndChangesNothing) {
  ASSERT_TRUE(ModelInTraining().Save(directory_, 1).ok());
  ParameterSet parameters;
  parameters.Add("w", {3, 6}, Constant(1));
  Adam adam(&parameters);

  const absl::Status status = LoadCheckpoint(StepPath(1), NamedTensors(parameters), &adam).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("step_1/model.safetensors is of another model: \"w\" is [3, 5], wanted is "
                        "[3, 6]; it also has \"b\" [5]"));
  EXPECT_EQ(parameters.values()[0], 1);
}

TEST_F(CheckpointTest, RefusesTheStateOfAnotherOptimizerAndChangesNothing) {
  ASSERT_TRUE(ModelInTraining(3).Save(directory_, 1).ok());
  ModelInTraining run;
  Sgd sgd(&run.parameters);
  const Real before = run.parameters.values()[0];

  const absl::Status status =
      LoadCheckpoint(StepPath(1), NamedTensors(run.parameters), &sgd).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(status.message()),
            StepPath(1) +
                "/optimizer.safetensors: is the state of optimizer \"Adam\", wanted is \"Sgd\"");
  EXPECT_EQ(run.parameters.values()[0], before);
}

TEST_F(CheckpointTest, RefusesABadNumberOfSteps) {
  ModelInTraining run;
  ASSERT_TRUE(run.Save(directory_, 1).ok());
  ASSERT_TRUE(WriteFileAtomically(JoinPath(StepPath(1), "done"), "").ok());  // no checksums
  for (const char* bad : {"-1", "many"}) {
    ASSERT_TRUE(WriteSafetensors(JoinPath(StepPath(1), "optimizer.safetensors"), {},
                                 {{"optimizer", "Adam"}, {"num_steps", bad}})
                    .ok());

    EXPECT_THAT(std::string(run.Load(StepPath(1)).status().message()),
                HasSubstr(absl::StrCat("optimizer.safetensors: num_steps in __metadata__ is \"",
                                       bad, "\", allowed is an integer from 0 on")));
  }
}

TEST_F(CheckpointTest, AFlippedBitIsFoundAndNothingChanged) {
  ModelInTraining run;
  for (const char* name : {"model.safetensors", "optimizer.safetensors", "state.pbtxt"}) {
    ASSERT_TRUE(run.Save(directory_, 1).ok());
    const std::string path = JoinPath(StepPath(1), name);
    std::string contents = *ReadFile(path);
    contents.back() ^= 1;
    ASSERT_TRUE(WriteFileAtomically(path, contents).ok());
    ModelInTraining other(5);
    const std::vector<Real> before = other.Everything();

    const absl::Status status = other.Load(StepPath(1)).status();

    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr(path + ": is not what was saved"));
    EXPECT_EQ(other.Everything(), before);
  }
}

TEST_F(CheckpointTest, FilesOfAnotherCheckpointAreFound) {
  ModelInTraining run;
  ASSERT_TRUE(run.Save(directory_, 1).ok());
  run.Train(1);
  ASSERT_TRUE(run.Save(directory_, 2).ok());
  std::filesystem::copy_file(JoinPath(StepPath(1), "model.safetensors"),
                             JoinPath(StepPath(2), "model.safetensors"),
                             std::filesystem::copy_options::overwrite_existing);

  EXPECT_THAT(std::string(run.Load(StepPath(2)).status().message()),
              HasSubstr("step_2/model.safetensors: is not what was saved"));
}

TEST_F(CheckpointTest, AnEmptyDoneOfOlderRunsDoesNotTell) {
  ModelInTraining run;
  ASSERT_TRUE(run.Save(directory_, 1).ok());
  ASSERT_TRUE(WriteFileAtomically(JoinPath(StepPath(1), "done"), "").ok());
  EXPECT_TRUE(run.Load(StepPath(1)).ok());

  ASSERT_TRUE(WriteFileAtomically(JoinPath(StepPath(1), "done"), "nonsense").ok());
  EXPECT_THAT(std::string(run.Load(StepPath(1)).status().message()),
              HasSubstr("done: has no line for state.pbtxt"));
}

TEST_F(CheckpointTest, ValuesThatAreNotFiniteAreErrors) {
  ModelInTraining run;
  run.parameters.values()[4] = std::numeric_limits<Real>::quiet_NaN();
  ASSERT_TRUE(run.Save(directory_, 1).ok());

  const absl::Status status = run.Load(StepPath(1)).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()),
              HasSubstr("model.safetensors: tensor \"w\": element 4 is not a finite number"));
}

TEST_F(CheckpointTest, NamesAMissingOrBrokenFile) {
  ModelInTraining run;
  for (const char* name : {"model.safetensors", "optimizer.safetensors", "state.pbtxt"}) {
    ASSERT_TRUE(run.Save(directory_, 1).ok());
    const std::string path = JoinPath(StepPath(1), name);
    std::filesystem::remove(path);
    EXPECT_THAT(std::string(run.Load(StepPath(1)).status().message()),
                HasSubstr(absl::StrCat("cannot read ", path)));
  }
  ASSERT_TRUE(run.Save(directory_, 1).ok());
  const std::string path = JoinPath(StepPath(1), "model.safetensors");
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);

  EXPECT_THAT(std::string(run.Load(StepPath(1)).status().message()), HasSubstr("cut short"));
}

}  // namespace
}  // namespace ladder
