#include "tools/predictions.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace ladder {
namespace {

TEST(PredictionsCsvTest, OfClassesTheLargestProbabilityAndAll) {
  DataRecord record;
  record.set_num_classes(2);
  PredictionsCsv csv(Model::CLASS, record, /*has_ids=*/false);
  std::vector<Real> outputs = {0.25, 0.75, 0.5, 0.5};

  EXPECT_EQ(csv.Header(), "row,label,probability_0,probability_1\n");
  EXPECT_EQ(csv.Lines({}, 0, Tensor(outputs.data(), {2, 2})), "0,1,0.25,0.75\n1,0,0.5,0.5\n");
  EXPECT_EQ(csv.Lines({}, 0, Tensor(outputs.data(), {1, 2})), "2,1,0.25,0.75\n");
  EXPECT_EQ(csv.num_rows(), 3);
}

TEST(PredictionsCsvTest, ClassesAndExamplesHaveTheUsersNames) {
  DataRecord record;
  record.set_num_classes(2);
  record.add_class_names("no");
  record.add_class_names("yes, please");
  PredictionsCsv csv(Model::CLASS, record, /*has_ids=*/true);
  const Dataset dataset = {.ids = {"a", "b \"x\""}};
  std::vector<Real> outputs = {0.25, 0.75};

  EXPECT_EQ(csv.Header(), "row,id,label,probability_no,\"probability_yes, please\"\n");
  EXPECT_EQ(csv.Lines(dataset, 1, Tensor(outputs.data(), {1, 2})),
            "0,\"b \"\"x\"\"\",\"yes, please\",0.25,0.75\n");
}

TEST(PredictionsCsvTest, NumbersAreInTheUsersUnits) {
  DataRecord record;
  record.add_target_names("price");
  record.add_target_means(20);
  record.add_target_deviations(4);
  PredictionsCsv csv(Model::NUMBERS, record, /*has_ids=*/false);
  std::vector<Real> outputs = {0.5, -1};

  EXPECT_EQ(csv.Header(), "row,price\n");
  EXPECT_EQ(csv.Lines({}, 0, Tensor(outputs.data(), {2, 1})), "0,22\n1,16\n");
}

TEST(PredictionsCsvTest, FlagsHaveTheirProbabilities) {
  DataRecord record;
  record.add_target_names("red");
  record.add_target_names("round");
  PredictionsCsv csv(Model::LABELS, record, /*has_ids=*/false);
  std::vector<Real> outputs = {0.5, 0.25};

  EXPECT_EQ(csv.Header(), "row,red,probability_red,round,probability_round\n");
  EXPECT_EQ(csv.Lines({}, 0, Tensor(outputs.data(), {1, 2})), "0,1,0.5,0,0.25\n");
}

}  // namespace
}  // namespace ladder
