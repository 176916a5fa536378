#ifndef LADDER_LADDER_EVALUATION_H_
#define LADDER_LADDER_EVALUATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "data/dataset.h"
#include "ladder/model.h"
#include "tensor/context.h"

namespace ladder {

// What a model gets right and wrong on labeled examples.
struct Evaluation {
  Model::Target target = Model::CLASS;

  // Of classes.
  int64_t num_classes = 0;
  std::vector<std::string> class_names;  // [num_classes]; empty: they are called by their numbers
  // [num_classes, num_classes]: how many examples of class r (row) were taken for class c.
  std::vector<int64_t> confusion;
  // In nats: of the true class, mean over examples; of flags, mean over those that are known.
  double cross_entropy = 0;
  // Expected calibration error: how far the largest probability is from the fraction that is right,
  // in each of 15 bins of equal width, mean over examples. Guo et al. 2017 (arXiv 1706.04599).
  double calibration_error = 0;

  // Of numbers and flags, below T targets.
  std::vector<std::string> target_names;  // [T]
  int64_t num_rows = 0;

  // Of flags: of the rows where each is known, how many are what. A flag is predicted to be 1 from
  // a probability of 0.5 on.
  struct Flag {
    int64_t true_positives = 0, false_positives = 0, true_negatives = 0, false_negatives = 0;
    int64_t examples() const { return positives() + true_negatives + false_positives; }
    int64_t positives() const { return true_positives + false_negatives; }
    int64_t errors() const { return false_positives + false_negatives; }
  };
  std::vector<Flag> flags;              // [T]
  int64_t num_wrong_rows = 0;           // with at least one known flag that is wrong
  int64_t num_majority_wrong_rows = 0;  // if each flag were predicted to be its commonest value

  // Of numbers, standardized: [num_rows, T], NaN where one is not known.
  std::vector<double> actual;
  std::vector<double> predicted;
  std::vector<double> target_deviations;  // [T]: 1 in standardized units, in a user's units

  int64_t count(int64_t label, int64_t prediction) const {
    return confusion[label * num_classes + prediction];
  }
  // Of one class: the examples of it, those taken for it, and those of both.
  struct ClassCounts {
    int64_t examples = 0;
    int64_t predictions = 0;
    int64_t right = 0;
  };
  std::vector<ClassCounts> CountClasses() const;  // [num_classes]
  int64_t num_examples() const;
  // Examples of another class than predicted, or with a flag that is wrong. Not of numbers.
  int64_t num_errors() const;
  // What validation goes by: the fraction of examples that are wrong, in [0, 1]; of numbers their
  // mean squared error in standardized units, over those that are known.
  double error() const;
  // error() of always answering the commonest class of these examples, or the commonest value of
  // each flag; of numbers, the mean of the training rows.
  double majority_error() const;
  int64_t majority_class() const;
  // Of classes: the mean over those that occur of the fraction of their examples that is wrong; and
  // the mean of F1 = 2 right / (examples + predictions) over those that occur or are predicted.
  double balanced_error() const;
  double macro_f1() const;

  // The 95 % confidence interval of error(), by Wilson's score (1927). Not of numbers.
  struct Interval {
    double low, high;
  };
  Interval error_interval() const;
};

// How far the predictions of one number are off, in a user's units, over the examples where it is
// known. The 95 % intervals are percentiles of 1,000 bootstrap resamples of these examples, the
// same in each call. What is not defined is NaN: of no example, and r2 of numbers that are all the
// same.
struct NumberErrors {
  int64_t examples = 0;
  double rmse, mae, r2;
  Evaluation::Interval rmse_interval, mae_interval, r2_interval;
  double mean_rmse, mean_mae;  // of always answering the mean of the training rows
};
// One for each target of an evaluation of numbers.
std::vector<NumberErrors> MeasureNumbers(const Evaluation& evaluation);

// Makes an evaluation of predictions as PredictRows hands them out.
class Evaluator {
 public:
  // The data set has labels that go with the target; its contents may be others in each Add, such
  // as the next rows of a file. `target_deviations`, of numbers: by what they were divided when
  // they were standardized; empty: 1.
  Evaluator(Model::Target target, int64_t num_outputs, const Dataset* dataset,
            absl::Span<const double> target_deviations = {});

  // outputs: [rows.size(), outputs]. Each row has a label.
  void Add(absl::Span<const int64_t> rows, Tensor outputs);
  Evaluation Finish();

 private:
  void AddClass(int64_t row, const Real* probabilities);
  void AddFlags(int64_t row, const Real* probabilities);

  const Dataset& dataset_;
  Evaluation evaluation_;
  double sum_of_logarithms_ = 0;
  struct Bin {
    double confidence = 0;
    int64_t right = 0;
  };
  std::vector<Bin> bins_;
  std::vector<float> known_flags_;  // [rows, T], NaN where one is not known
};

// What a model predicts for some rows of a data set, in batches: outputs: [batch rows, outputs],
// for rows first, first + 1, ... of `rows`. The outputs are class probabilities, standardized
// numbers, or the probabilities that flags are 1.
void PredictRows(Context* context, const LadderModel& model, const Dataset& dataset,
                 absl::Span<const int64_t> rows,
                 absl::FunctionRef<void(int64_t first, Tensor outputs)> consume);

// Evaluates by the model's statistics for prediction. Each of the rows has a label, and the data
// the model's classes or targets. `target_deviations`: as of Evaluator.
Evaluation Evaluate(Context* context, const LadderModel& model, const Dataset& dataset,
                    absl::Span<const int64_t> rows,
                    absl::Span<const double> target_deviations = {});

// 0, 1, ..., size - 1.
std::vector<int64_t> AllRows(int64_t size);

}  // namespace ladder

#endif  // LADDER_LADDER_EVALUATION_H_
