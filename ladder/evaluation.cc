#include "ladder/evaluation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "ops/softmax.h"

namespace ladder {
namespace {

constexpr int64_t kMaxRowsAtATime = 500;
constexpr int64_t kMaxElementsAtATime = int64_t{1} << 24;

}  // namespace

int64_t Evaluation::num_examples() const {
  return std::accumulate(confusion.begin(), confusion.end(), int64_t{0});
}

int64_t Evaluation::num_errors() const {
  int64_t right = 0;
  for (int64_t label = 0; label < num_classes; ++label) right += count(label, label);
  return num_examples() - right;
}

double Evaluation::error() const {
  return num_examples() == 0 ? 0 : static_cast<double>(num_errors()) / num_examples();
}

Evaluation::Interval Evaluation::error_interval() const {
  const double n = static_cast<double>(num_examples());
  if (n == 0) return {0, 1};
  constexpr double z = 1.959963984540054;  // 97.5 % of a standard normal lies below
  const double p = error();
  const double center = (p + z * z / (2 * n)) / (1 + z * z / n);
  const double half = z / (1 + z * z / n) * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {std::max(0.0, center - half), std::min(1.0, center + half)};
}

void PredictRows(Context* context, const LadderModel& model, const Dataset& dataset,
                 absl::Span<const int64_t> rows,
                 absl::FunctionRef<void(int64_t first, Tensor probabilities)> consume) {
  const int64_t num_rows = static_cast<int64_t>(rows.size());
  const int64_t rows_at_a_time = std::clamp<int64_t>(kMaxElementsAtATime / dataset.example_size(),
                                                     1, std::min(kMaxRowsAtATime, num_rows + 1));
  std::vector<Real> inputs(rows_at_a_time * dataset.example_size());
  for (int64_t first = 0; first < num_rows; first += rows_at_a_time) {
    const int64_t count = std::min(rows_at_a_time, num_rows - first);
    dataset.CopyRows(rows.subspan(first, count), inputs.data());
    Tape tape(context);
    const Variable x = tape.Constant(Tensor(inputs.data(), {count, dataset.example_size()}));
    consume(first, Softmax(model.Predict(tape, x)).value());
  }
}

Evaluation Evaluate(Context* context, const LadderModel& model, const Dataset& dataset,
                    absl::Span<const int64_t> rows) {
  Evaluation evaluation;
  evaluation.num_classes = model.num_classes();
  evaluation.confusion.resize(model.num_classes() * model.num_classes());
  double sum = 0;
  PredictRows(context, model, dataset, rows, [&](int64_t first, Tensor probabilities) {
    const int64_t classes = probabilities.shape()[1];
    for (int64_t i = 0; i < probabilities.shape()[0]; ++i) {
      const Real* p = probabilities.data() + i * classes;
      const int32_t label = dataset.labels[rows[first + i]];
      ++evaluation.confusion[label * classes + (std::max_element(p, p + classes) - p)];
      // A probability may round to 0; its logarithm must not be infinite.
      sum -= std::log(std::max<double>(p[label], std::numeric_limits<Real>::min()));
    }
  });
  if (!rows.empty()) evaluation.cross_entropy = sum / static_cast<double>(rows.size());
  return evaluation;
}

std::vector<int64_t> AllRows(int64_t size) {
  std::vector<int64_t> rows(size);
  std::iota(rows.begin(), rows.end(), int64_t{0});
  return rows;
}

}  // namespace ladder
