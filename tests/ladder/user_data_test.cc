// Runs on what users have: tables with gaps, few labels, no test set.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/text_proto.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/experiment_data.h"
#include "ladder/resolve.h"
#include "ladder/run.h"
#include "ladder/saved_model.h"
#include "ladder/warnings.h"
#include "nlohmann/json.hpp"
#include "training/run_directory.h"

namespace ladder {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string New(const std::string& name) {
  const std::string path = JoinPath(testing::TempDir(), name);
  std::filesystem::remove_all(path);
  return path;
}

std::string Write(const std::string& name, const std::string& contents) {
  const std::string path = JoinPath(testing::TempDir(), name);
  EXPECT_TRUE(WriteFileAtomically(path, contents).ok());
  return path;
}

bool Exists(const std::string& directory, const std::string& name) {
  return std::filesystem::exists(JoinPath(directory, name));
}

// A table of 200 flowers: a size of a large scale, a color with gaps, the kind, which a third of
// them do not tell.
std::string Flowers(int num_rows = 200) {
  std::string csv = "name,size,color,kind\n";
  for (int i = 0; i < num_rows; ++i) {
    const bool is_rose = i % 2 == 0;
    const double size = 1000 + (is_rose ? 400 : 0) + 100 * std::sin(7.0 * i);
    const char* color = i % 7 == 0 ? "" : (i % 4 == 0 ? "red" : "blue");
    absl::StrAppend(&csv, "f", i, ",", size, ",", color, ",",
                    i % 3 == 0 ? "" : (is_rose ? "rose" : "tulip"), "\n");
  }
  return csv;
}

Experiment OnFlowers(
    const std::string& path, absl::FunctionRef<void(Experiment&)> change = [](Experiment&) {}) {
  FieldLocations locations;
  Experiment experiment;
  const absl::Status status = ParseTextProto(
      absl::StrCat(R"pb(
                     model {
                       input { decoder { cost_weight: 10 } }
                       layers {
                         fully_connected { units: 10 }
                         decoder { cost_weight: 1 }
                       }
                       layers {
                         fully_connected {}
                         decoder { cost_weight: 0.1 }
                       }
                     }
                     training { num_epochs: 4 labeled_batch_size: 20 unlabeled_batch_size: 20 }
                     deployment { num_threads: 1 checkpoint_every_epochs: 1 keep_checkpoints: 10 }
                   )pb",
                   "data { table { training: \"", path,
                   "\" id_columns: \"name\" } validation_fraction: 0.2 }"),
      "flowers.pbtxt", &experiment, &locations);
  EXPECT_TRUE(status.ok()) << status;
  change(experiment);
  const absl::StatusOr<Experiment> resolved = Resolve(experiment, locations);
  EXPECT_TRUE(resolved.ok()) << resolved.status();
  return *resolved;
}

TEST(UserDataTest, ATableTrainsWithoutATestSetAndIsFinished) {
  const std::string run = New("table_run");
  const Experiment experiment = OnFlowers(Write("flowers.csv", Flowers()));

  const absl::StatusOr<RunResult> result =
      RunExperiment(experiment, {}, {.output_dir = run, .command = ""});

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(result->is_finished);
  EXPECT_FALSE(result->test.has_value());
  EXPECT_EQ(result->validation->num_examples(), 26);  // a fifth of the 133 with a label, by class
  EXPECT_LT(result->validation->error(), 0.3);
  EXPECT_TRUE(Exists(run, "finished.txt"));
  EXPECT_TRUE(Exists(run, "validation.json"));
  EXPECT_FALSE(Exists(run, "evaluation.json"));
  EXPECT_THAT(*ReadFile(JoinPath(run, "validation.json")), HasSubstr("\"class\": \"rose\""));
  const std::string rows = *ReadFile(JoinPath(run, "rows.csv"));
  EXPECT_THAT(rows, AllOf(HasSubstr("row,id,part,labeled\n0,f0,training,0\n"),
                          HasSubstr(",validation,0\n"), HasSubstr(",training,1\n")));
  // All that a model needs to be used is in the run.
  std::filesystem::remove(JoinPath(testing::TempDir(), "flowers.csv"));
  const absl::StatusOr<SavedModel> saved =
      LoadModel(*RunDirectory::Open(run), experiment, FieldLocations(), "last");
  ASSERT_TRUE(saved.ok()) << saved.status();
  EXPECT_EQ(saved->model->num_inputs(), 3);  // size, blue, red
  EXPECT_THAT(saved->record.class_names(), testing::ElementsAre("rose", "tulip"));
}

TEST(UserDataTest, RowsOfOneFileMayBeTheTestSet) {
  Experiment experiment = OnFlowers(Write("flowers.csv", Flowers()));
  experiment.mutable_data()->set_test_fraction(0.3);

  const absl::StatusOr<RunResult> result =
      RunExperiment(experiment, {}, {.output_dir = New("table_test"), .command = ""});

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(result->test->num_examples(), 40);
}

TEST(UserDataTest, UnitsOfTheTopMustBeTheClassesIfTheyAreSaid) {
  Experiment experiment = OnFlowers(Write("flowers.csv", Flowers()));
  experiment.mutable_model()->mutable_layers(1)->mutable_fully_connected()->set_units(5);

  EXPECT_THAT(
      std::string(RunExperiment(experiment, {}, {.output_dir = New("units"), .command = ""})
                      .status()
                      .message()),
      HasSubstr("fully_connected.units must be 2, the number of classes in the data, got 5"));
}

TEST(UserDataTest, AChangedFileIsNotResumed) {
  const std::string run = New("changed");
  const std::string path = Write("flowers.csv", Flowers());
  const Experiment experiment = OnFlowers(path);
  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = run, .command = ""}).ok());
  const auto resume = [&] {
    return std::string(
        RunExperiment(experiment, {}, {.output_dir = run, .command = "", .resume = true})
            .status()
            .message());
  };

  Write("flowers.csv", Flowers(201));
  EXPECT_THAT(resume(),
              HasSubstr("has changed since the run was started: it had 200 rows, now 201"));
  std::string other = Flowers();
  other.replace(other.find("f1,1"), 4, "f1,2");
  Write("flowers.csv", other);
  EXPECT_THAT(resume(), HasSubstr("has changed since the run was started: other values"));
  Write("flowers.csv", Flowers());
  EXPECT_EQ(resume(), "");
}

TEST(UserDataTest, MoreEpochsGoOnAndTheRunSaysSo) {
  const std::string run = New("more");
  Experiment experiment = OnFlowers(Write("flowers.csv", Flowers()));
  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = run, .command = "train a"}).ok());

  experiment.mutable_training()->set_num_epochs(6);
  const absl::StatusOr<RunResult> result =
      RunExperiment(experiment, {}, {.output_dir = run, .command = "train b", .resume = true});

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(*ReadFile(JoinPath(run, "command.txt")), "train a\ntrain b  # num_epochs 4 -> 6\n");
  EXPECT_THAT(*ReadFile(JoinPath(run, "config.pbtxt")), HasSubstr("num_epochs: 6"));
  const std::string metrics = *ReadFile(JoinPath(run, "metrics.jsonl"));
  EXPECT_EQ(std::count(metrics.begin(), metrics.end(), '\n'), 6);
  experiment.mutable_training()->set_num_epochs(5);
  EXPECT_THAT(
      std::string(RunExperiment(experiment, {}, {.output_dir = run, .command = "", .resume = true})
                      .status()
                      .message()),
      HasSubstr("had another config: modified: training.num_epochs: 6 -> 5"));
}

RunState StateOf(const Checkpoint& checkpoint) {
  RunState state;
  FieldLocations locations;
  EXPECT_TRUE(ReadTextProto(JoinPath(checkpoint.path, "state.pbtxt"), &state, &locations).ok());
  return state;
}

TEST(UserDataTest, EndsEarlyAndKeepsTheBest) {
  const std::string run = New("early");
  Experiment experiment = OnFlowers(Write("flowers.csv", Flowers()));
  experiment.mutable_training()->set_num_epochs(200);
  experiment.mutable_training()->set_keep_best(true);
  experiment.mutable_training()->mutable_early_stopping()->set_patience(3);
  experiment.mutable_training()->mutable_early_stopping()->set_min_delta(0.01);

  const absl::StatusOr<RunResult> result =
      RunExperiment(experiment, {}, {.output_dir = run, .command = ""});

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_THAT(*ReadFile(JoinPath(run, "finished.txt")), HasSubstr("early stopping"));
  const std::string metrics = *ReadFile(JoinPath(run, "metrics.jsonl"));
  EXPECT_LT(std::count(metrics.begin(), metrics.end(), '\n'), 200);
  const RunDirectory directory = *RunDirectory::Open(run);
  const Checkpoint best = *FindCheckpoint(directory, "best");
  const Checkpoint last = *FindCheckpoint(directory, "last");
  EXPECT_LT(best.step, last.step);
  const RunState state = StateOf(last);
  const int64_t steps_per_epoch = last.step / std::count(metrics.begin(), metrics.end(), '\n');
  EXPECT_EQ(last.step, (state.best_epoch() + 3) * steps_per_epoch);  // patience
  // Another resume has nothing to do, and the same result.
  const std::string validation = *ReadFile(JoinPath(run, "validation.json"));
  ASSERT_TRUE(
      RunExperiment(experiment, {}, {.output_dir = run, .command = "", .resume = true}).ok());
  EXPECT_EQ(*ReadFile(JoinPath(run, "validation.json")), validation);
}

// Of a handful of validation rows all are soon right.
TEST(UserDataTest, KeepsTheSurestOfEpochsThatAreRightAboutAsMany) {
  const std::string run = New("ties");
  Experiment experiment = OnFlowers(Write("flowers.csv", Flowers()));
  experiment.mutable_training()->set_num_epochs(60);
  experiment.mutable_training()->set_keep_best(true);

  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = run, .command = ""}).ok());

  const RunDirectory directory = *RunDirectory::Open(run);
  const Checkpoint best = *FindCheckpoint(directory, "best");
  const RunState state = StateOf(best);
  int64_t first_step = 0;  // with the lowest error
  double lowest = 2;
  const std::string metrics = *ReadFile(directory.metrics());
  for (const absl::string_view line : absl::StrSplit(metrics, '\n', absl::SkipEmpty())) {
    const nlohmann::json epoch = nlohmann::json::parse(line);
    if (epoch["validation_error"] >= lowest) continue;
    lowest = epoch["validation_error"];
    first_step = epoch["step"];
  }
  EXPECT_EQ(state.best_error(), lowest);
  EXPECT_GT(best.step, first_step);
  const nlohmann::json validation = nlohmann::json::parse(*ReadFile(run + "/validation.json"));
  EXPECT_EQ(validation["error"], state.best_error());
  EXPECT_EQ(validation["cross_entropy"], state.best_cross_entropy());
}

TEST(UserDataTest, WarnsOfChoicesByAHandfulOfRows) {
  const auto warning = [](const Training& training, size_t num_rows) {
    RowSplit split;
    split.validation.resize(num_rows);
    std::ostringstream notes;
    WarnOfFewValidationRows(training, split, &notes);
    return notes.str();
  };
  Training training;
  EXPECT_EQ(warning(training, 6), "");
  training.set_keep_best(true);
  EXPECT_THAT(warning(training, 6), HasSubstr("warning: early_stopping and keep_best go by 6 "));
  EXPECT_EQ(warning(training, 0), "");
  EXPECT_EQ(warning(training, 30), "");
}

TEST(UserDataTest, TimeThatIsUpSavesAndCanBeResumedToTheSameBits) {
  const std::string path = Write("flowers.csv", Flowers());
  const std::string whole = New("whole"), stopped = New("stopped");
  Experiment experiment = OnFlowers(path);
  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = whole, .command = ""}).ok());

  experiment.mutable_deployment()->set_max_seconds(1e-9);
  absl::StatusOr<RunResult> result =
      RunExperiment(experiment, {}, {.output_dir = stopped, .command = ""});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_FALSE(result->is_finished);
  EXPECT_FALSE(Exists(stopped, "finished.txt"));
  EXPECT_TRUE(Exists(stopped, "checkpoints/step_1/done"));

  experiment.mutable_deployment()->clear_max_seconds();
  result = RunExperiment(experiment, {}, {.output_dir = stopped, .command = "", .resume = true});
  ASSERT_TRUE(result.ok()) << result.status();
  const std::string model =
      absl::StrCat(FindCheckpoint(*RunDirectory::Open(whole), "last")->path, "/model.safetensors");
  EXPECT_EQ(*ReadFile(absl::StrCat(FindCheckpoint(*RunDirectory::Open(stopped), "last")->path,
                                   "/model.safetensors")),
            *ReadFile(model));
}

TEST(UserDataTest, StartsFromTheParametersOfAnotherRun) {
  const std::string path = Write("flowers.csv", Flowers());
  const std::string first = New("first"), second = New("second");
  ASSERT_TRUE(RunExperiment(OnFlowers(path), {}, {.output_dir = first, .command = ""}).ok());
  Experiment experiment = OnFlowers(path);
  experiment.mutable_training()->set_init_from(first);
  experiment.mutable_training()->add_init_except("encoder/2/");
  experiment.mutable_training()->set_num_epochs(1);
  experiment.mutable_training()->mutable_adam()->set_learning_rate(1e-30);

  ASSERT_TRUE(RunExperiment(experiment, {}, {.output_dir = second, .command = ""}).ok());

  const auto weights = [&](const std::string& run, const std::string& name) {
    const absl::StatusOr<SavedModel> saved =
        LoadModel(*RunDirectory::Open(run), OnFlowers(path), FieldLocations(), "last");
    const Tensor value = saved->model->parameters().Find(name)->value();
    return std::vector<Real>(value.data(), value.data() + value.size());
  };
  EXPECT_EQ(weights(second, "encoder/1/W"), weights(first, "encoder/1/W"));
  EXPECT_NE(weights(second, "encoder/2/W"), weights(first, "encoder/2/W"));
}

TEST(UserDataTest, AStartThatIsNotThereLeavesNoRun) {
  const std::string run = New("no_start");
  Experiment experiment = OnFlowers(Write("flowers.csv", Flowers()));
  experiment.mutable_training()->set_init_from(New("nowhere"));

  EXPECT_THAT(
      std::string(
          RunExperiment(experiment, {}, {.output_dir = run, .command = ""}).status().message()),
      HasSubstr("nowhere holds no run"));
  EXPECT_FALSE(std::filesystem::exists(run));
}

// Rounding leaves a deviation of 1e-15 or so.
TEST(UserDataTest, NumbersThatAreAllTheSameAreNotDividedByRounding) {
  std::string csv = "a,price\n";
  for (int i = 0; i < 100; ++i) absl::StrAppend(&csv, i, i % 9 == 0 ? ",\n" : ",5.7\n");
  const Experiment experiment = OnFlowers(Write("same.csv", csv), [](Experiment& config) {
    config.mutable_model()->set_target(Model::NUMBERS);
    config.mutable_data()->mutable_table()->clear_id_columns();
  });

  const absl::StatusOr<ExperimentData> data = LoadExperimentData(experiment, {}, &std::cerr);

  ASSERT_TRUE(data.ok()) << data.status();
  EXPECT_EQ(data->record.target_deviations(0), 1);
}

TEST(UserDataTest, NumbersArePredictedInTheUsersUnits) {
  std::string csv = "a,b,price\n";
  for (int i = 0; i < 300; ++i) {
    const double a = std::sin(3.0 * i), b = std::cos(5.0 * i);
    absl::StrAppend(&csv, a, ",", b, ",", i % 2 == 0 ? "" : absl::StrCat(5000 + 300 * a - 200 * b),
                    "\n");
  }
  const Experiment experiment = OnFlowers(Write("prices.csv", csv), [](Experiment& config) {
    config.mutable_model()->set_target(Model::NUMBERS);
    config.mutable_training()->set_num_epochs(40);
    config.mutable_data()->mutable_table()->clear_id_columns();
  });
  const std::string run = New("prices");

  const absl::StatusOr<RunResult> result =
      RunExperiment(experiment, {}, {.output_dir = run, .command = ""});

  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_LT(result->validation->error(), 0.3);  // of the variance
  EXPECT_THAT(*ReadFile(JoinPath(run, "validation.json")), HasSubstr("\"target\": \"price\""));
}

TEST(CountEqualRowsTest, CountsTestRowsThatTheModelIsShown) {
  const Dataset training = {.example_shape = {2},
                            .inputs = std::vector<float>{1, 2, 3, 4, 5, 6, 1, 2}};
  const Dataset test = {.example_shape = {2}, .inputs = std::vector<float>{5, 6, 2, 1, 1, 2, 1, 2}};

  EXPECT_EQ(CountEqualRows(training, {0, 1}, test, {0, 1, 2, 3}), 2);
  EXPECT_EQ(CountEqualRows(training, {0, 1, 2}, test, {0, 1, 2}), 2);
  EXPECT_EQ(CountEqualRows(training, {1}, test, {0, 1, 2, 3}), 0);
}

}  // namespace
}  // namespace ladder
