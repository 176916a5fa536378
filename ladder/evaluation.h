#ifndef LADDER_LADDER_EVALUATION_H_
#define LADDER_LADDER_EVALUATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "autodiff/context.h"
#include "data/dataset.h"
#include "ladder/model.h"

namespace ladder {

// What a model gets right and wrong on labeled examples.
struct Evaluation {
  int64_t num_classes = 0;
  // [num_classes, num_classes]: how many examples of class r (row) were taken for class c.
  std::vector<int64_t> confusion;
  double cross_entropy = 0;  // of the true class, in nats, mean over examples

  int64_t count(int64_t label, int64_t prediction) const {
    return confusion[label * num_classes + prediction];
  }
  int64_t num_examples() const;
  int64_t num_errors() const;
  // The fraction of examples that are wrong, in [0, 1].
  double error() const;

  // The 95 % confidence interval of error(), by Wilson's score (1927).
  struct Interval {
    double low, high;
  };
  Interval error_interval() const;
};

// The class probabilities of some rows of a data set in batches: probabilities: [batch rows,
// classes], for rows first, first + 1, ... of `rows`.
void PredictRows(Context* context, const LadderModel& model, const Dataset& dataset,
                 absl::Span<const int64_t> rows,
                 absl::FunctionRef<void(int64_t first, Tensor probabilities)> consume);

// Evaluates by the model's statistics for prediction. The data has labels and the model's classes.
Evaluation Evaluate(Context* context, const LadderModel& model, const Dataset& dataset,
                    absl::Span<const int64_t> rows);

// 0, 1, ..., size - 1.
std::vector<int64_t> AllRows(int64_t size);

}  // namespace ladder

#endif  // LADDER_LADDER_EVALUATION_H_
