#include "ladder/run.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/preprocessing.h"
#include "ladder/resolve.h"
#include "training/outcome.h"

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
  EXPECT_EQ(evaluation->test->num_examples(), 200);
  EXPECT_EQ(evaluation->validation->num_examples(), 50);
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

TEST(RunTest, TheCostsOfAnEpochAddUpToItsLoss) {
  const std::string path = NewDirectory("costs");
  Experiment experiment = Moons();
  VirtualAdversarial* adversarial = experiment.mutable_model()->mutable_virtual_adversarial();
  adversarial->set_use(VirtualAdversarial::COST);
  adversarial->set_cost_weight(3);
  adversarial->add_epsilon(0.5);
  experiment = *Resolve(experiment, {});

  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = path, .command = ""}).ok());

  const std::string metrics = *ReadFile(JoinPath(path, "metrics.jsonl"));
  const auto value = [&](const std::string& name) {
    const size_t at = metrics.find("\"" + name + "\":");
    EXPECT_NE(at, std::string::npos) << name << " in " << metrics;
    return at == std::string::npos ? 0 : std::strtod(&metrics[at + name.size() + 3], nullptr);
  };
  EXPECT_GT(value("virtual_adversarial"), 1e-5);
  EXPECT_NEAR(value("loss"),
              value("supervised") + 10 * value("denoising/0") + value("denoising/1") +
                  0.1 * value("denoising/2") + 3 * value("virtual_adversarial"),
              1e-4 * value("loss"));
}

TEST(RunTest, LearnsFromPreprocessedImages) {
  const std::string path = NewDirectory("whitened");
  Experiment experiment = Moons();
  experiment.mutable_data()->mutable_digits();
  experiment.mutable_data()->set_num_labeled(100);
  experiment.mutable_data()->mutable_contrast_normalization()->set_scale(8);
  experiment.mutable_data()->mutable_whitening()->set_epsilon(0.1);
  experiment.mutable_model()->mutable_layers(1)->mutable_fully_connected()->set_units(10);

  const auto evaluation = RunExperiment(experiment, {}, {.output_dir = path, .command = ""});

  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  EXPECT_TRUE(Preprocessing::Load(experiment.data(), *RunDirectory::Open(path)).ok());
  // By guessing, or where the test images are left as they are: most.
  EXPECT_LT(evaluation->test->error(), 0.5);
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

TEST(RunTest, AResumedRunWithAveragedWeightsEndsWithTheSameBits) {
  Experiment experiment = Moons();
  experiment.mutable_training()->mutable_weight_average()->set_decay(0.9);
  experiment = *Resolve(experiment, {});
  const std::string whole = NewDirectory("whole");
  const std::string resumed = NewDirectory("resumed");
  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = whole, .command = ""}).ok());
  std::filesystem::copy(whole, resumed, std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(JoinPath(resumed, "checkpoints/step_15"));
  std::filesystem::remove_all(JoinPath(resumed, "checkpoints/step_20"));

  const auto evaluation =
      RunExperiment(experiment, {}, {.output_dir = resumed, .command = "", .resume = true});

  ASSERT_TRUE(evaluation.ok()) << evaluation.status();
  for (const char* file : {"model.safetensors", "optimizer.safetensors"}) {
    const std::string path = JoinPath("checkpoints/step_20", file);
    EXPECT_EQ(*ReadFile(JoinPath(resumed, path)), *ReadFile(JoinPath(whole, path))) << file;
  }
  EXPECT_EQ(*ReadFile(JoinPath(resumed, "evaluation.json")),
            *ReadFile(JoinPath(whole, "evaluation.json")));
}

TEST(RunTest, TheAveragesAreWhatAModelIsSavedWith) {
  // Training is the same, and the steps of the last of four epochs are averaged.
  Experiment experiment = Moons();
  const std::string plain = NewDirectory("plain");
  const std::string averaged = NewDirectory("averaged");
  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = plain, .command = ""}).ok());
  experiment.mutable_training()->mutable_weight_average()->set_start_fraction(0.75);
  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = averaged, .command = ""}).ok());

  EXPECT_EQ(Model(averaged, 15), Model(plain, 15));  // nothing is averaged yet
  EXPECT_NE(Model(averaged, 20), Model(plain, 20));
}

TEST(RunTest, AnInterruptedRunIsSavedAndResumesToTheSameBits) {
  // Steps that take long enough to be interrupted in the middle of an epoch, which has 100 of them.
  Experiment experiment = Moons();
  experiment.mutable_data()->mutable_two_moons()->set_num_training(5050);
  experiment.mutable_training()->set_num_epochs(2);
  const std::string whole = NewDirectory("whole");
  const std::string path = NewDirectory("interrupted");
  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = whole, .command = ""}).ok());
  std::atomic<bool> has_ended = false;
  std::thread interrupter([&] {
    // The log is opened when everything is ready and the handler about to be.
    while (!has_ended && !std::filesystem::exists(JoinPath(path, "checkpoints/step_100/done"))) {
      std::this_thread::yield();
    }
    if (!has_ended) std::raise(SIGTERM);
  });

  const absl::Status status =
      RunExperiment(experiment, {}, {.output_dir = path, .command = ""}).status();
  has_ended = true;
  interrupter.join();

  ASSERT_TRUE(IsInterrupted(status)) << status;
  EXPECT_FALSE(std::filesystem::exists(JoinPath(path, "evaluation.json")));
  int step = 0;
  ASSERT_EQ(
      std::sscanf(std::string(status.message()).c_str(), "interrupted and saved at step %d", &step),
      1);
  EXPECT_TRUE(std::filesystem::exists(
      JoinPath(path, "checkpoints/step_" + std::to_string(step) + "/done")));
  ASSERT_TRUE(
      RunExperiment(experiment, {}, {.output_dir = path, .command = "", .resume = true}).ok());
  EXPECT_EQ(Model(path, 200), Model(whole, 200));
  // Each line ends with the seconds that it took.
  const auto metrics = [](const std::string& run) {
    std::string text = *ReadFile(JoinPath(run, "metrics.jsonl"));
    for (size_t at; (at = text.find(",\"seconds\"")) != std::string::npos;) {
      text.erase(at, text.find('\n', at) - at);
    }
    return text;
  };
  EXPECT_EQ(metrics(path), metrics(whole));
}

TEST(RunTest, DoesNotResumeOnDataThatHasChanged) {
  const std::string path = NewDirectory("changed");
  ASSERT_TRUE(RunExperiment(Moons(), {}, {.output_dir = path, .command = ""}).ok());
  ASSERT_TRUE(WriteFileAtomically(JoinPath(path, "labeled_indices.txt"), "1\n2\n").ok());

  const absl::Status status =
      RunExperiment(Moons(), {}, {.output_dir = path, .command = "", .resume = true}).status();

  EXPECT_THAT(std::string(status.message()), HasSubstr("other labeled rows"));
}

TEST(RunTest, TheLastUpdateTooMustBeFinite) {
  Experiment experiment = Moons();
  experiment.mutable_data()->set_num_validation(0);
  experiment.mutable_training()->set_num_epochs(1);
  experiment.mutable_training()->set_unlabeled_batch_size(300);  // one step
  experiment.mutable_training()->mutable_adam()->set_learning_rate(1e38);
  const std::string path = NewDirectory("last");

  const absl::Status status =
      RunExperiment(experiment, {}, {.output_dir = path, .command = ""}).status();

  EXPECT_TRUE(IsDiverged(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("step 1: encoder/"));
  EXPECT_FALSE(std::filesystem::exists(JoinPath(path, "checkpoints")));
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
  EXPECT_THAT(std::string(status.message()), HasSubstr("learning_rate"));
}

TEST(RunTest, ResumesWhateverHasBeenPublishedSince) {
  const std::string path = NewDirectory("published");
  ASSERT_TRUE(RunExperiment(Moons(), {}, {.output_dir = path, .command = ""}).ok());
  Experiment experiment = Moons();
  experiment.mutable_published()->set_source("a paper");
  experiment.mutable_published()->set_mean(1);

  EXPECT_TRUE(
      RunExperiment(experiment, {}, {.output_dir = path, .command = "", .resume = true}).ok());
}

TEST(RunTest, ADivergedRunNamesTheStep) {
  Experiment experiment = Moons();
  experiment.mutable_training()->mutable_adam()->set_learning_rate(1e38);
  const std::string path = NewDirectory("diverged");

  const absl::Status status =
      RunExperiment(experiment, {}, {.output_dir = path, .command = ""}).status();

  EXPECT_TRUE(IsDiverged(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("step 2:"));
  EXPECT_EQ(*ReadFile(JoinPath(path, "failure.txt")), std::string(status.message()) + "\n");
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
