#include "ladder/evaluation_report.h"

#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::HasSubstr;
using testing::Not;

// 8 examples of class 0 and 2 of class 1; no example is taken for class 2 nor is of it.
Evaluation ThreeClasses() {
  Evaluation evaluation;
  evaluation.num_classes = 3;
  evaluation.confusion = {7, 1, 0,  //
                          1, 1, 0,  //
                          0, 0, 0};
  evaluation.cross_entropy = 0.625;
  evaluation.calibration_error = 0.125;
  return evaluation;
}

// One number, 3 of a user's units to a standardized one; that of the third example is not known.
Evaluation Numbers() {
  Evaluation evaluation;
  evaluation.target = Model::NUMBERS;
  evaluation.target_names = {"price"};
  evaluation.num_rows = 3;
  evaluation.actual = {1, -1, std::numeric_limits<double>::quiet_NaN()};
  evaluation.predicted = {0, 0, 5};
  evaluation.target_deviations = {3};
  return evaluation;
}

TEST(EvaluationReportTest, TextHasErrorClassesAndConfusion) {
  EXPECT_EQ(EvaluationText(ThreeClasses()),
            "error          20.00 % (2 of 10), 95 % interval 5.67 % to 50.98 %\n"
            "cross-entropy  0.6250\n"
            "majority       20.00 %: the error of always answering the commonest class, 0\n"
            "balanced       31.25 %: the error of each class, their mean\n"
            "macro F1       0.6875\n"
            "calibration    0.1250: how far probabilities are from frequencies\n"
            "\n"
            "class  examples  errors  precision   recall\n"
            "    0         8       1    87.50 %  87.50 %\n"
            "    1         2       1    50.00 %  50.00 %\n"
            "    2         0       0          -        -\n"
            "\n"
            "Confusion: how many examples of each class (row) were taken for each class (column)\n"
            "   0  1  2\n"
            "0  7  1  .\n"
            "1  1  1  .\n"
            "2  .  .  .\n");
}

TEST(EvaluationReportTest, JsonHasTheSame) {
  EXPECT_EQ(EvaluationJson(ThreeClasses()), R"({
  "examples": 10,
  "errors": 2,
  "error": 0.2,
  "error_interval_95": [0.05668215145437519, 0.5098375284633583],
  "cross_entropy": 0.625,
  "classes": [
    {"class": 0, "examples": 8, "errors": 1, "precision": 0.875, "recall": 0.875},
    {"class": 1, "examples": 2, "errors": 1, "precision": 0.5, "recall": 0.5},
    {"class": 2, "examples": 0, "errors": 0, "precision": null, "recall": null}
  ],
  "confusion": [[7, 1, 0], [1, 1, 0], [0, 0, 0]],
  "majority_error": 0.2,
  "balanced_error": 0.3125,
  "macro_f1": 0.6875,
  "calibration_error": 0.125
}
)");
}

TEST(EvaluationReportTest, ClassesAreCalledByTheirNames) {
  Evaluation evaluation = ThreeClasses();
  evaluation.class_names = {"cat", "dog", "a \"fox\""};

  EXPECT_THAT(EvaluationText(evaluation), HasSubstr("the commonest class, cat\n"));
  EXPECT_THAT(EvaluationText(evaluation), HasSubstr("\n    dog         2       1"));
  EXPECT_THAT(EvaluationText(evaluation), HasSubstr("\n    dog    1    1        .\n"));
  EXPECT_THAT(EvaluationJson(evaluation), HasSubstr(R"({"class": "dog", "examples": 2)"));
  EXPECT_THAT(EvaluationJson(evaluation), HasSubstr(R"({"class": "a \"fox\"", "examples": 0)"));
}

TEST(EvaluationReportTest, ConfusionsOfManyClassesAreLeftOut) {
  Evaluation evaluation;
  evaluation.num_classes = 21;
  evaluation.confusion.resize(21 * 21);
  EXPECT_THAT(EvaluationText(evaluation),
              HasSubstr("\nThe confusion of 21 classes is not shown: more than 20\n"));
  EXPECT_THAT(EvaluationJson(evaluation), HasSubstr("\"confusion\""));

  evaluation.num_classes = 101;
  evaluation.confusion.resize(101 * 101);
  EXPECT_THAT(EvaluationJson(evaluation), Not(HasSubstr("\"confusion\"")));
  EXPECT_THAT(EvaluationJson(evaluation, /*full_confusion=*/true), HasSubstr("\"confusion\""));
}

TEST(EvaluationReportTest, ALineOfEachKindOfTarget) {
  EXPECT_EQ(EvaluationLine(ThreeClasses(), "test"),
            "test error 20.00 % (95 % interval 5.67 to 50.98): 2 of 10 examples");

  Evaluation flags;
  flags.target = Model::LABELS;
  flags.num_rows = 10;
  flags.num_wrong_rows = 2;
  EXPECT_EQ(EvaluationLine(flags, "validation"),
            "validation error 20.00 % (95 % interval 5.67 to 50.98): 2 of 10 examples have a wrong "
            "label");

  // An error of 1 in each example: all resamples have this one.
  EXPECT_EQ(EvaluationLine(Numbers(), "test"),
            "test RMSE 3 (95 % interval 3 to 3), R^2 0; of always answering the mean RMSE 3: 2 "
            "examples");
}

TEST(EvaluationReportTest, NumbersAreInAUsersUnits) {
  const std::string text = EvaluationText(Numbers());
  EXPECT_THAT(text, HasSubstr("error     1: the mean squared error of standardized numbers; 1 of "
                              "always answering the mean"));
  EXPECT_THAT(text, HasSubstr("price         2     3         3 to 3    3         3 to 3"));
  const std::string json = EvaluationJson(Numbers());
  EXPECT_THAT(json, HasSubstr("\"examples\": 3,\n  \"error\": 1.0,\n  \"mean_error\": 1.0,\n"));
  EXPECT_THAT(json, HasSubstr("\"rmse\": 3.0,\n      \"rmse_interval_95\": [3.0, 3.0],\n"));
}

TEST(EvaluationReportTest, FlagsHaveATable) {
  Evaluation evaluation;
  evaluation.target = Model::LABELS;
  evaluation.target_names = {"red", "big"};
  evaluation.num_rows = 10;
  evaluation.num_wrong_rows = 2;
  evaluation.num_majority_wrong_rows = 4;
  evaluation.flags = {{3, 1, 5, 1}, {0, 0, 8, 0}};

  EXPECT_THAT(
      EvaluationText(evaluation),
      HasSubstr("     examples  positives   errors  majority  precision   recall       F1\n"
                "red        10          4  20.00 %   40.00 %    75.00 %  75.00 %  75.00 %\n"
                "big         8          0   0.00 %    0.00 %          -        -        -\n"));
  EXPECT_THAT(EvaluationJson(evaluation),
              HasSubstr(R"("label": "big", "examples": 8, "positives": 0, "errors": 0)"));
}

}  // namespace
}  // namespace ladder
