#include "ladder/run.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

using testing::HasSubstr;

// Four epochs of a small ladder on points in the plane, a checkpoint after each.
Experiment Moons() {
  FieldLocations locations;
  Experiment experiment;
  const absl::Status status = ParseTextProto(
      R"pb(
        model {
          input { decoder { cost_weight: 10 } }
          layers {
            fully_connected { units: 20 }
            decoder { cost_weight: 1 }
          }
          layers {
            fully_connected { units: 2 }
            decoder { cost_weight: 0.1 }
          }
        }
        data {
          two_moons { num_training: 300 num_test: 200 }
          num_labeled: 10
          num_validation: 50
        }
        training { num_epochs: 4 unlabeled_batch_size: 50 }
        deployment { num_threads: 1 checkpoint_every_epochs: 1 keep_checkpoints: 10 }
      )pb",
      "moons.pbtxt", &experiment, &locations);
  EXPECT_TRUE(status.ok()) << status;
  return *Resolve(experiment, locations);
}

// A folder of this test's own that does not exist yet.
std::string NewDirectory(const std::string& name) {
  const std::string path = JoinPath(testing::TempDir(), name);
  std::filesystem::remove_all(path);
  return path;
}

std::string Model(const std::string& run, int step) {
  return *ReadFile(
      JoinPath(run, "checkpoints/step_" + std::to_string(step) + "/model.safetensors"));
}

TEST(RunTest, LeavesWhatTheRunDirectoryPromises) {
  const std::string path = NewDirectory("promises");

  const auto evaluation =
      RunExperiment(Moons(), {}, {.output_dir = path, .command = "train moons.pbtxt"});

  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  EXPECT_EQ((*evaluation)->num_examples(), 200);
  EXPECT_EQ(*ReadFile(JoinPath(path, "command.txt")), "train moons.pbtxt\n");
  EXPECT_THAT(*ReadFile(JoinPath(path, "config.pbtxt")), HasSubstr("noise_stddev: 0.3"));
  const std::string labeled = *ReadFile(JoinPath(path, "labeled_indices.txt"));
  EXPECT_EQ(std::count(labeled.begin(), labeled.end(), '\n'), 10);
  const std::string metrics = *ReadFile(JoinPath(path, "metrics.jsonl"));
  EXPECT_EQ(std::count(metrics.begin(), metrics.end(), '\n'), 4);
  EXPECT_THAT(metrics, HasSubstr("\"validation_error\":"));
  EXPECT_THAT(*ReadFile(JoinPath(path, "evaluation.json")), HasSubstr("\"examples\": 200"));
  EXPECT_TRUE(std::filesystem::exists(JoinPath(path, "checkpoints/step_20/done")));
}

TEST(RunTest, AResumedRunEndsWithTheSameBits) {
  const std::string whole = NewDirectory("whole");
  const std::string resumed = NewDirectory("resumed");
  ASSERT_TRUE(RunExperiment(Moons(), {}, {.output_dir = whole, .command = ""}).ok());
  // As a crash in the third epoch would leave it.
  std::filesystem::copy(whole, resumed, std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(JoinPath(resumed, "checkpoints/step_15"));
  std::filesystem::remove_all(JoinPath(resumed, "checkpoints/step_20"));
  std::filesystem::remove(JoinPath(resumed, "evaluation.json"));
  Experiment experiment = Moons();
  experiment.mutable_deployment()->set_num_threads(2);

  const auto evaluation =
      RunExperiment(experiment, {}, {.output_dir = resumed, .command = "", .resume = true});

  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  EXPECT_EQ(Model(resumed, 20), Model(whole, 20));
  EXPECT_EQ(*ReadFile(JoinPath(resumed, "evaluation.json")),
            *ReadFile(JoinPath(whole, "evaluation.json")));
  const std::string metrics = *ReadFile(JoinPath(resumed, "metrics.jsonl"));
  EXPECT_EQ(std::count(metrics.begin(), metrics.end(), '\n'), 4);
}

TEST(RunTest, AnInterruptedRunIsSaved) {
  const std::string path = NewDirectory("interrupted");
  Experiment experiment = Moons();
  experiment.mutable_training()->set_num_epochs(1000000);  // it does not end by itself
  std::thread interrupter([&] {
    while (!std::filesystem::exists(JoinPath(path, "checkpoints/step_5/done"))) {
      std::this_thread::yield();
    }
    std::raise(SIGTERM);
  });

  const absl::Status status =
      RunExperiment(experiment, {}, {.output_dir = path, .command = ""}).status();
  interrupter.join();

  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("--resume --output_dir=" + path));
  EXPECT_FALSE(std::filesystem::exists(JoinPath(path, "evaluation.json")));
}

TEST(RunTest, DoesNotOverwriteARun) {
  const std::string path = NewDirectory("twice");
  ASSERT_TRUE(RunExperiment(Moons(), {}, {.output_dir = path, .command = ""}).ok());

  const absl::Status status =
      RunExperiment(Moons(), {}, {.output_dir = path, .command = ""}).status();

  EXPECT_THAT(std::string(status.message()), HasSubstr(path));
}

TEST(RunTest, DoesNotResumeWithAnotherConfig) {
  const std::string path = NewDirectory("another");
  ASSERT_TRUE(RunExperiment(Moons(), {}, {.output_dir = path, .command = ""}).ok());
  Experiment experiment = Moons();
  experiment.mutable_training()->mutable_adam()->set_learning_rate(0.1);

  const absl::Status status =
      RunExperiment(experiment, {}, {.output_dir = path, .command = "", .resume = true}).status();

  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("another config"));
}

TEST(RunTest, ADivergedRunNamesTheStep) {
  Experiment experiment = Moons();
  experiment.mutable_training()->mutable_adam()->set_learning_rate(1e38);

  const absl::Status status =
      RunExperiment(experiment, {}, {.output_dir = NewDirectory("diverged"), .command = ""})
          .status();

  EXPECT_TRUE(absl::IsOutOfRange(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("step 1:"));
}

TEST(RunTest, DataThatCannotBeReadLeavesNoRun) {
  Experiment experiment = Moons();
  experiment.mutable_data()->mutable_mnist()->set_directory("/nowhere");
  const std::string path = NewDirectory("no_data");

  const absl::Status status =
      RunExperiment(experiment, {}, {.output_dir = path, .command = ""}).status();

  EXPECT_THAT(std::string(status.message()), HasSubstr("bazel run //tools:fetch_data -- mnist"));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace ladder
