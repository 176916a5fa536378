#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "base/check.h"
#include "base/philox.h"
#include "ladder/evaluation.h"
#include "ladder/random_streams.h"

namespace ladder {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr int kResamples = 1000;

// The examples of one target, in standardized units.
struct Pair {
  double actual, error;
};

// Sums over examples, each as often as it was drawn.
class Sums {
 public:
  void Add(const Pair& pair) {
    ++n_;
    squared_errors_ += pair.error * pair.error;
    absolute_errors_ += std::abs(pair.error);
    actual_ += pair.actual;
    squares_ += pair.actual * pair.actual;
  }
  double rmse() const { return std::sqrt(squared_errors_ / n_); }
  double mae() const { return absolute_errors_ / n_; }
  double r2() const {
    const double around_mean = squares_ - actual_ * actual_ / n_;
    // Of equal numbers nothing but rounding is left.
    return around_mean > 1e-12 * squares_ ? 1 - squared_errors_ / around_mean : kNaN;
  }

 private:
  double n_ = 0, squared_errors_ = 0, absolute_errors_ = 0, actual_ = 0, squares_ = 0;
};

double Percentile(const std::vector<double>& sorted, double fraction) {
  const double position = fraction * static_cast<double>(sorted.size() - 1);
  const size_t below = static_cast<size_t>(position);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

Evaluation::Interval Interval95(std::vector<double> values, double scale) {
  values.erase(
      std::remove_if(values.begin(), values.end(), [](double value) { return std::isnan(value); }),
      values.end());
  if (values.empty()) return {kNaN, kNaN};
  std::sort(values.begin(), values.end());
  return {scale * Percentile(values, 0.025), scale * Percentile(values, 0.975)};
}

NumberErrors Measure(const std::vector<Pair>& pairs, double deviation, uint32_t target) {
  NumberErrors errors;
  errors.examples = static_cast<int64_t>(pairs.size());
  Sums sums, mean_sums;
  for (const Pair& pair : pairs) {
    sums.Add(pair);
    mean_sums.Add({pair.actual, -pair.actual});
  }
  errors.rmse = deviation * sums.rmse();
  errors.mae = deviation * sums.mae();
  errors.r2 = pairs.empty() ? kNaN : sums.r2();
  errors.mean_rmse = deviation * mean_sums.rmse();
  errors.mean_mae = deviation * mean_sums.mae();

  PhiloxSequence random({.seed = 1, .stream = kBootstrapStream, .step = target});
  std::vector<double> rmse, mae, r2;
  for (int i = 0; i < kResamples && !pairs.empty(); ++i) {
    Sums resample;
    for (size_t j = 0; j < pairs.size(); ++j) resample.Add(pairs[random.Uniform(pairs.size())]);
    rmse.push_back(resample.rmse());
    mae.push_back(resample.mae());
    r2.push_back(resample.r2());
  }
  errors.rmse_interval = Interval95(std::move(rmse), deviation);
  errors.mae_interval = Interval95(std::move(mae), deviation);
  errors.r2_interval = Interval95(std::move(r2), 1);
  return errors;
}

}  // namespace

std::vector<NumberErrors> MeasureNumbers(const Evaluation& evaluation) {
  LADDER_CHECK(evaluation.target == Model::NUMBERS) << "an evaluation of classes or flags";
  const size_t targets = evaluation.target_names.size();
  std::vector<NumberErrors> errors;
  for (size_t j = 0; j < targets; ++j) {
    std::vector<Pair> pairs;
    for (size_t i = j; i < evaluation.actual.size(); i += targets) {
      if (std::isnan(evaluation.actual[i])) continue;
      pairs.push_back({evaluation.actual[i], evaluation.predicted[i] - evaluation.actual[i]});
    }
    errors.push_back(Measure(pairs, evaluation.target_deviations[j], static_cast<uint32_t>(j)));
  }
  return errors;
}

}  // namespace ladder
