#include "ladder/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/check.h"
#include "kernels/host.h"

namespace ladder {
namespace {

constexpr int64_t kMaxRowsAtATime = 500;
constexpr int64_t kMaxElementsAtATime = int64_t{1} << 24;
constexpr int kCalibrationBins = 15;

double Fraction(int64_t part, int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

// A probability may round to 0; its logarithm must not be infinite.
double SafeLog(double p) { return std::log(std::max<double>(p, std::numeric_limits<Real>::min())); }

// The mean square of what f(i) gives for each element of `actual` that is known.
template <class F>
double MeanSquareOfKnown(const std::vector<double>& actual, const F& f) {
  double sum = 0;
  int64_t known = 0;
  for (size_t i = 0; i < actual.size(); ++i) {
    if (std::isnan(actual[i])) continue;
    sum += f(i) * f(i);
    ++known;
  }
  return known == 0 ? 0 : sum / static_cast<double>(known);
}

}  // namespace

std::vector<Evaluation::ClassCounts> Evaluation::CountClasses() const {
  std::vector<ClassCounts> counts(num_classes);
  for (int64_t label = 0; label < num_classes; ++label) {
    for (int64_t prediction = 0; prediction < num_classes; ++prediction) {
      counts[label].examples += count(label, prediction);
      counts[prediction].predictions += count(label, prediction);
    }
    counts[label].right = count(label, label);
  }
  return counts;
}

int64_t Evaluation::num_examples() const {
  if (target != Model::CLASS) return num_rows;
  return std::accumulate(confusion.begin(), confusion.end(), int64_t{0});
}

int64_t Evaluation::num_errors() const {
  LADDER_CHECK(target != Model::NUMBERS) << "a number is neither right nor wrong";
  if (target == Model::LABELS) return num_wrong_rows;
  int64_t right = 0;
  for (int64_t label = 0; label < num_classes; ++label) right += count(label, label);
  return num_examples() - right;
}

double Evaluation::error() const {
  if (target == Model::NUMBERS) {
    return MeanSquareOfKnown(actual, [this](size_t i) { return predicted[i] - actual[i]; });
  }
  return Fraction(num_errors(), num_examples());
}

double Evaluation::majority_error() const {
  switch (target) {
    case Model::NUMBERS:
      return MeanSquareOfKnown(actual, [this](size_t i) { return actual[i]; });
    case Model::LABELS:
      return Fraction(num_majority_wrong_rows, num_rows);
    case Model::CLASS:
      break;
  }
  const int64_t total = num_examples();
  if (total == 0) return 0;
  return Fraction(total - CountClasses()[majority_class()].examples, total);
}

int64_t Evaluation::majority_class() const {
  const std::vector<ClassCounts> counts = CountClasses();
  return std::max_element(
             counts.begin(), counts.end(),
             [](const ClassCounts& a, const ClassCounts& b) { return a.examples < b.examples; }) -
         counts.begin();
}

double Evaluation::balanced_error() const {
  const std::vector<ClassCounts> counts = CountClasses();
  double sum = 0;
  int64_t occurring = 0;
  for (int64_t label = 0; label < num_classes; ++label) {
    if (counts[label].examples == 0) continue;
    sum += Fraction(counts[label].examples - counts[label].right, counts[label].examples);
    ++occurring;
  }
  return occurring == 0 ? 0 : sum / static_cast<double>(occurring);
}

double Evaluation::macro_f1() const {
  const std::vector<ClassCounts> counts = CountClasses();
  double sum = 0;
  int64_t counted = 0;
  for (int64_t label = 0; label < num_classes; ++label) {
    const int64_t both = counts[label].examples + counts[label].predictions;
    if (both == 0) continue;
    sum += Fraction(2 * counts[label].right, both);
    ++counted;
  }
  return counted == 0 ? 0 : sum / static_cast<double>(counted);
}

Evaluation::Interval Evaluation::error_interval() const {
  LADDER_CHECK(target != Model::NUMBERS) << "the interval of a fraction";
  const double n = static_cast<double>(num_examples());
  if (n == 0) return {0, 1};
  constexpr double z = 1.959963984540054;  // 97.5 % of a standard normal lies below
  const double p = error();
  const double center = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {std::max(0.0, center - half), std::min(1.0, center + half)};
}

Evaluator::Evaluator(Model::Target target, int64_t num_outputs, const Dataset* dataset,
                     absl::Span<const double> target_deviations)
    : dataset_(*dataset), bins_(kCalibrationBins) {
  evaluation_.target = target;
  if (target == Model::CLASS) {
    evaluation_.num_classes = num_outputs;
    evaluation_.class_names = dataset->class_names;
    evaluation_.confusion.resize(num_outputs * num_outputs);
    return;
  }
  LADDER_CHECK(dataset->num_targets() == num_outputs)
      << dataset->num_targets() << " targets of " << num_outputs << " outputs";
  evaluation_.target_names = dataset->target_names;
  evaluation_.flags.resize(target == Model::LABELS ? num_outputs : 0);
  if (target == Model::NUMBERS) {
    evaluation_.target_deviations.assign(target_deviations.begin(), target_deviations.end());
    evaluation_.target_deviations.resize(num_outputs, 1);
  }
}

void Evaluator::Add(absl::Span<const int64_t> rows, Tensor outputs) {
  const int64_t columns = outputs.shape()[1];
  const std::vector<Real> values = kernels::ToHost(outputs);
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t row = rows[i];
    LADDER_CHECK(dataset_.IsLabeled(row)) << "row " << row << " has no label";
    const Real* output = values.data() + static_cast<int64_t>(i) * columns;
    if (evaluation_.target == Model::CLASS) {
      AddClass(row, output);
      continue;
    }
    ++evaluation_.num_rows;
    if (evaluation_.target == Model::LABELS) {
      AddFlags(row, output);
    } else {
      const auto target = dataset_.targets.begin() + row * columns;
      evaluation_.actual.insert(evaluation_.actual.end(), target, target + columns);
      evaluation_.predicted.insert(evaluation_.predicted.end(), output, output + columns);
    }
  }
}

void Evaluator::AddClass(int64_t row, const Real* p) {
  const int64_t classes = evaluation_.num_classes;
  const int32_t label = dataset_.labels[row];
  LADDER_CHECK(label < classes) << "row " << row << " is of class " << label;
  const int64_t prediction = std::max_element(p, p + classes) - p;
  ++evaluation_.confusion[label * classes + prediction];
  sum_of_logarithms_ += SafeLog(p[label]);
  const double confidence = p[prediction];
  // What is not finite has no bin; the first is as good as any.
  const int bin = confidence >= 0 ? std::min(kCalibrationBins - 1,
                                             static_cast<int>(confidence * kCalibrationBins))
                                  : 0;
  bins_[bin].confidence += confidence;
  bins_[bin].right += prediction == label;
}

void Evaluator::AddFlags(int64_t row, const Real* p) {
  bool is_wrong = false;
  for (size_t j = 0; j < evaluation_.flags.size(); ++j) {
    const float flag = dataset_.targets[row * evaluation_.flags.size() + j];
    if (std::isnan(flag)) continue;
    const bool is_set = flag > 0.5f;
    const bool is_predicted = p[j] >= Real{0.5};
    Evaluation::Flag& counts = evaluation_.flags[j];
    ++(is_set ? (is_predicted ? counts.true_positives : counts.false_negatives)
              : (is_predicted ? counts.false_positives : counts.true_negatives));
    sum_of_logarithms_ += SafeLog(is_set ? p[j] : 1 - p[j]);
    is_wrong |= is_set != is_predicted;
  }
  evaluation_.num_wrong_rows += is_wrong;
  const auto first = dataset_.targets.begin() + row * dataset_.num_targets();
  known_flags_.insert(known_flags_.end(), first, first + dataset_.num_targets());
}

Evaluation Evaluator::Finish() {
  if (evaluation_.target == Model::CLASS) {
    const int64_t examples = evaluation_.num_examples();
    double gaps = 0;
    for (const Bin& bin : bins_) gaps += std::abs(bin.confidence - static_cast<double>(bin.right));
    if (examples > 0) {
      evaluation_.cross_entropy = -sum_of_logarithms_ / static_cast<double>(examples);
      evaluation_.calibration_error = gaps / static_cast<double>(examples);
    }
  } else if (evaluation_.target == Model::LABELS) {
    int64_t known = 0;
    for (const Evaluation::Flag& flag : evaluation_.flags) known += flag.examples();
    if (known > 0) evaluation_.cross_entropy = -sum_of_logarithms_ / static_cast<double>(known);
    const size_t num_flags = evaluation_.flags.size();
    for (size_t first = 0; first < known_flags_.size(); first += num_flags) {
      bool is_wrong = false;
      for (size_t j = 0; j < num_flags; ++j) {
        const float flag = known_flags_[first + j];
        const bool majority =
            2 * evaluation_.flags[j].positives() > evaluation_.flags[j].examples();
        is_wrong |= !std::isnan(flag) && (flag > 0.5f) != majority;
      }
      evaluation_.num_majority_wrong_rows += is_wrong;
    }
  }
  return std::move(evaluation_);
}

void PredictRows(Context* context, const LadderModel& model, const Dataset& dataset,
                 absl::Span<const int64_t> rows,
                 absl::FunctionRef<void(int64_t first, Tensor outputs)> consume) {
  const int64_t num_rows = static_cast<int64_t>(rows.size());
  const int64_t rows_at_a_time = std::clamp<int64_t>(kMaxElementsAtATime / dataset.example_size(),
                                                     1, std::min(kMaxRowsAtATime, num_rows + 1));
  std::vector<Real> inputs(rows_at_a_time * dataset.example_size());
  for (int64_t first = 0; first < num_rows; first += rows_at_a_time) {
    const int64_t count = std::min(rows_at_a_time, num_rows - first);
    dataset.CopyRows(rows.subspan(first, count), inputs.data());
    Tape tape(context);
    const Variable x = tape.Constant(Tensor(inputs.data(), {count, dataset.example_size()}));
    consume(first, model.PredictOutput(tape, x).value());
  }
}

Evaluation Evaluate(Context* context, const LadderModel& model, const Dataset& dataset,
                    absl::Span<const int64_t> rows, absl::Span<const double> target_deviations) {
  Evaluator evaluator(model.config().target(), model.num_classes(), &dataset, target_deviations);
  PredictRows(context, model, dataset, rows, [&](int64_t first, Tensor outputs) {
    evaluator.Add(rows.subspan(first, outputs.shape()[0]), outputs);
  });
  return evaluator.Finish();
}

std::vector<int64_t> AllRows(int64_t size) {
  std::vector<int64_t> rows(size);
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return rows;
}

}  // namespace ladder
