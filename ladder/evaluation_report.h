#ifndef LADDER_LADDER_EVALUATION_REPORT_H_
#define LADDER_LADDER_EVALUATION_REPORT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "ladder/denoising_report.h"
#include "ladder/evaluation.h"

namespace ladder {

// One line for a person, without its end, such as
//
//   test error 5.83 % (95 % interval 3.85 to 8.75): 21 of 360 examples
//
// `part` is its first word: "test", "validation".
std::string EvaluationLine(const Evaluation& evaluation, absl::string_view part);

// What a person reads: the error with its interval and what it is to be compared with, a table of
// classes, numbers or flags, and the confusion matrix of at most 20 classes.
std::string EvaluationText(const Evaluation& evaluation);

// The same as a JSON object, with all digits. Of classes:
//
//   {"examples", "errors", "error", "error_interval_95": [low, high], "cross_entropy",
//    "classes": [{"class", "examples", "errors", "precision", "recall"}, ...],
//    "confusion": [[how many of class 0 were taken for class 0, for class 1, ...], ...],
//    "majority_error", "balanced_error", "macro_f1", "calibration_error"}
//
// A class is its name, or its number if it has none. There is a confusion matrix of up to 100
// classes, and of more if `full_confusion`. Of numbers, in a user's units but for `error`,
// `mean_error` and r2:
//
//   {"examples", "error", "mean_error",
//    "targets": [{"target", "examples", "rmse", "rmse_interval_95", "mae", "mae_interval_95", "r2",
//                 "r2_interval_95", "mean_rmse", "mean_mae"}, ...]}
//
// Of flags:
//
//   {"examples", "errors", "error", "error_interval_95", "cross_entropy", "majority_error",
//    "labels": [{"label", "examples", "positives", "errors", "majority_errors", "precision",
//                "recall", "f1"}, ...]}
//
// `error` and what is derived from it are fractions; what is not defined, such as the precision of
// no prediction, is null. With a denoising report, "denoising" is DenoisingJson's value.
std::string EvaluationJson(const Evaluation& evaluation, bool full_confusion = false,
                           const DenoisingReport* denoising = nullptr);

}  // namespace ladder

#endif  // LADDER_LADDER_EVALUATION_REPORT_H_
