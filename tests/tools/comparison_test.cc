#include "tools/comparison.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace ladder {
namespace {

using testing::HasSubstr;

RunRecord Finished(int seed, double test_error) {
  RunRecord run;
  run.path = "runs/seed_" + std::to_string(seed);
  run.config = "moons";
  run.experiment.mutable_model()->add_layers()->mutable_fully_connected()->set_units(2);
  run.experiment.mutable_training()->set_seed(seed);
  run.experiment.mutable_data()->set_seed(seed);
  run.experiment.mutable_deployment()->set_num_threads(seed);
  run.state = RunRecord::kFinished;
  run.test_error = test_error;
  run.seconds = 60 * seed;
  run.processor = "Abacus";
  run.threads = 1;
  return run;
}

RunRecord Failed(int seed, const std::string& problem) {
  RunRecord run = Finished(seed, 0);
  run.test_error.reset();
  run.state = RunRecord::kFailed;
  run.problem = problem;
  return run;
}

RunRecord Unfinished(int seed) {
  RunRecord run = Finished(seed, 0);
  run.test_error.reset();
  run.state = RunRecord::kUnfinished;
  run.problem = "epoch 3 of 150";
  return run;
}

std::vector<ConfigResults> Results() {
  std::vector<RunRecord> runs = {Finished(3, 1.5), Finished(1, 1),
                                 Failed(2, "diverged: step 2: loss is nan"), Unfinished(4)};
  Published& published = *runs[0].experiment.mutable_published();
  published.set_source("A paper, table 1");
  published.set_mean(1.06);
  published.set_standard_deviation(0.37);
  published.set_num_runs(40);
  return GroupByConfig(runs);
}

TEST(ComparisonTest, RunsOfOneConfigDifferInSeedsAndDeploymentAlone) {
  RunRecord other = Finished(1, 2);
  other.experiment.mutable_training()->set_num_epochs(7);
  const std::vector<ConfigResults> configs = GroupByConfig({Finished(2, 1), other, Finished(1, 3)});

  ASSERT_EQ(configs.size(), 2);
  EXPECT_EQ(configs[0].name, "moons");
  EXPECT_EQ(configs[0].difference, "");
  ASSERT_EQ(configs[0].runs.size(), 2);
  EXPECT_EQ(configs[0].runs[0].test_error, 3);  // by seed
  EXPECT_EQ(configs[0].test_error.mean, 2);
  EXPECT_EQ(configs[1].name, "moons (2)");
  EXPECT_EQ(configs[1].difference, "added: training.num_epochs: 7");
}

TEST(ComparisonTest, WhoHasNoTestSetHasAValidationError) {
  std::vector<RunRecord> runs;
  for (const int fold : {1, 0}) {
    RunRecord run = Finished(1, 0);
    run.experiment.mutable_data()->set_num_folds(2);
    run.experiment.mutable_data()->set_fold(fold);
    run.test_error.reset();
    run.validation_error = 4 + 2 * fold;
    runs.push_back(run);
  }
  const std::vector<ConfigResults> configs = GroupByConfig(runs);

  ASSERT_EQ(configs.size(), 1);  // folds are of one config
  EXPECT_EQ(configs[0].validation_error.mean, 5);
  EXPECT_EQ(configs[0].test_error.count, 0);
  EXPECT_THAT(SeedsText(configs[0]), HasSubstr("seed  fold  validation error %  time  state\n"
                                               "   1     0                4.00  1:00  finished\n"));
  EXPECT_THAT(ComparisonText(configs), HasSubstr("config  validation     se  mean"));
  EXPECT_THAT(ComparisonText(configs), testing::Not(HasSubstr("nan")));
}

// The data decide a fold's number of epochs; what was asked for is that of a folder.
TEST(ComparisonTest, CrossValidationsOfOtherLengthsAreOtherConfigs) {
  std::vector<RunRecord> runs;
  for (const std::string folder : {"short", "long"}) {
    for (const int fold : {0, 1}) {
      RunRecord run = Finished(1, 4);
      run.path = "runs/" + folder + "/fold_" + std::to_string(fold);
      run.experiment.mutable_data()->set_num_folds(2);
      run.experiment.mutable_data()->set_fold(fold);
      run.experiment.mutable_training()->set_num_epochs((folder == "short" ? 10 : 20) + fold);
      runs.push_back(run);
    }
  }
  runs.back().state = RunRecord::kUnfinished;

  const std::vector<ConfigResults> configs = GroupByConfig(runs);

  ASSERT_EQ(configs.size(), 2);
  EXPECT_EQ(configs[1].difference, "modified: training.num_epochs: 10 -> 20");
  EXPECT_THAT(ComparisonMarkdown(configs), HasSubstr("`moons (2)`, seed 1, fold 1, is in no mean"));
}

TEST(ComparisonTest, SmallErrorsOfNumbersKeepTheirDigits) {
  RunRecord run = Finished(1, 0.01234);
  run.experiment.mutable_model()->set_target(Model::NUMBERS);
  const std::vector<ConfigResults> configs = GroupByConfig({run});

  EXPECT_THAT(ComparisonText(configs), HasSubstr("0.01234"));
  EXPECT_THAT(SeedsText(configs[0]), HasSubstr("0.01234"));
}

TEST(ComparisonTest, ARunWithoutAResultIsInNoMean) {
  const ConfigResults results = Results()[0];

  EXPECT_EQ(results.runs.size(), 4);
  EXPECT_EQ(results.test_error.count, 2);
  EXPECT_EQ(results.test_error.mean, 1.25);
  EXPECT_EQ(results.seconds, 120);
}

TEST(ComparisonTest, TheSeedsOfATrainingAreShownBesideThePublishedResult) {
  EXPECT_EQ(SeedsText(Results()[0]), R"(seed  test error %  time  state
   1          1.00  1:00  finished
   2             -  2:00  diverged: step 2: loss is nan
   3          1.50  3:00  finished
   4             -  4:00  unfinished: epoch 3 of 150

moons                 ours  published
mean                  1.25       1.06
standard deviation    0.35       0.37
standard error       0.250          -
best                  1.00          -
worst                 1.50          -
runs                2 of 4         40
published: A paper, table 1
)");
}

TEST(ComparisonTest, OneRunShowsNoDeviation) {
  EXPECT_EQ(SeedsText(GroupByConfig({Finished(1, 1)})[0]), R"(seed  test error %  time  state
   1          1.00  1:00  finished

moons               ours
mean                1.00
standard deviation     -
standard error         -
best                1.00
worst               1.00
runs                   1
)");
}

TEST(ComparisonTest, TheTableNamesTheRunsThatAreInNoMean) {
  const std::string text = ComparisonText(Results());

  EXPECT_THAT(text, HasSubstr("config  mean    sd     se  best  worst    runs  seeds    published  "
                              "source            time a run  machine\n"
                              "moons   1.25  0.35  0.250  1.00   1.50  2 of 4  1..4   1.06 (0.37)  "
                              "A paper, table 1        2:00  Abacus, 1 thread\n"));
  EXPECT_THAT(text, HasSubstr("\nIn no mean:\n"
                              "moons  seed 2  runs/seed_2  diverged: step 2: loss is nan\n"
                              "moons  seed 4  runs/seed_4  unfinished: epoch 3 of 150\n"));
}

TEST(ComparisonTest, RunsWithoutAnyResultAreInTheTable) {
  EXPECT_THAT(ComparisonText(GroupByConfig({Unfinished(4)})),
              HasSubstr("\nmoons      -   -   -     -      -  0 of 1  4  "));
}

TEST(ComparisonTest, MarkdownIsATableAndAList) {
  EXPECT_EQ(ComparisonMarkdown(Results()),
            "| config | mean | sd | se | best | worst | runs | seeds | published | source | time a "
            "run | machine |\n"
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
            "| `moons` | 1.25 | 0.35 | 0.250 | 1.00 | 1.50 | 2 of 4 | 1..4 | 1.06 (0.37) | A "
            "paper, table 1 | 2:00 | Abacus, 1 thread |\n"
            "\n"
            "- `moons`, seed 2, is in no mean: diverged: step 2: loss is nan\n"
            "- `moons`, seed 4, is in no mean: unfinished: epoch 3 of 150\n");
}

TEST(ComparisonTest, JsonHasEverything) {
  const auto json = nlohmann::json::parse(ComparisonJson(Results()));

  const auto& config = json["configs"][0];
  EXPECT_EQ(config["config"], "moons");
  EXPECT_EQ(config["mean"], 1.25);
  EXPECT_EQ(config["finished"], 2);
  EXPECT_EQ(config["published"]["standard_deviation"], 0.37);
  EXPECT_TRUE(config["published"]["standard_error"].is_null());
  EXPECT_EQ(config["runs"][1]["state"], "failed");
  EXPECT_EQ(config["runs"][1]["problem"], "diverged: step 2: loss is nan");
  EXPECT_TRUE(config["runs"][1]["test_error"].is_null());
  EXPECT_EQ(config["runs"][2]["test_error"], 1.5);
  EXPECT_EQ(config["runs"][3]["state"], "unfinished");
}

}  // namespace
}  // namespace ladder
