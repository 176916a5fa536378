#ifndef LADDER_LADDER_EVALUATION_REPORT_H_
#define LADDER_LADDER_EVALUATION_REPORT_H_

#include <string>

#include "ladder/evaluation.h"

namespace ladder {

// What a person reads: the error with its interval, a table of classes, the confusion matrix.
std::string EvaluationText(const Evaluation& evaluation);

// The same as a JSON object, with all digits:
//
//   {"examples", "errors", "error", "error_interval_95": [low, high], "cross_entropy",
//    "classes": [{"class", "examples", "errors", "precision", "recall"}, ...],
//    "confusion": [[how many of class 0 were taken for class 0, for class 1, ...], ...]}
//
// `error` and what is derived from it are fractions. A precision or recall of no examples is null.
std::string EvaluationJson(const Evaluation& evaluation);

}  // namespace ladder

#endif  // LADDER_LADDER_EVALUATION_REPORT_H_
