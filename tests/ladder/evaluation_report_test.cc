#include "ladder/evaluation_report.h"

#include "gtest/gtest.h"

namespace ladder {
namespace {

// 8 examples of class 0 and 2 of class 1; no example is taken for class 2 nor is of it.
Evaluation ThreeClasses() {
  Evaluation evaluation;
  evaluation.num_classes = 3;
  evaluation.confusion = {7, 1, 0,  //
                          1, 1, 0,  //
                          0, 0, 0};
  evaluation.cross_entropy = 0.625;
  return evaluation;
}

TEST(EvaluationReportTest, TextHasErrorClassesAndConfusion) {
  EXPECT_EQ(EvaluationText(ThreeClasses()),
            "error          20.00 % (2 of 10), 95 % interval 5.67 % to 50.98 %\n"
            "cross-entropy  0.6250\n"
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
  "confusion": [[7, 1, 0], [1, 1, 0], [0, 0, 0]]
}
)");
}

}  // namespace
}  // namespace ladder
