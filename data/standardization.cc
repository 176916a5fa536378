#include "data/standardization.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "base/check.h"

namespace ladder {
namespace {

constexpr auto kNumKnots = static_cast<size_t>(Standardization::kMaxKnots);

// The x below which the standard normal distribution has the mass p, by bisection.
double NormalQuantile(double p) {
  double low = -10, high = 10;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    const double mass = 0.5 * std::erfc(-middle / std::numbers::sqrt2);
    (mass < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

struct Knot {
  float value;
  double score;
  size_t count;  // of the rows it stands for
};

// The knots of one input, from its values in all rows.
std::vector<Knot> FitKnots(std::vector<float> values) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  std::vector<Knot> all;
  for (size_t first = 0; first < values.size();) {
    size_t end = first + 1;
    while (end < values.size() && values[end] == values[first]) ++end;
    all.push_back({values[first], static_cast<double>(first + end) / 2 / n, end - first});
    first = end;
  }
  std::vector<Knot> knots;
  if (all.size() <= kNumKnots) {
    knots = std::move(all);
  } else {
    // The values at evenly spaced ranks, each for as many of these as it has.
    size_t group = 0, end = all[0].count;
    for (size_t i = 0; i < kNumKnots; ++i) {
      const size_t rank = i * (values.size() - 1) / (kNumKnots - 1);
      while (end <= rank) end += all[++group].count;
      if (knots.empty() || knots.back().value != all[group].value) {
        knots.push_back(all[group]);
        knots.back().count = 0;
      }
      ++knots.back().count;
    }
  }
  // From ranks to scores of mean 0 and deviation 1.
  double total = 0, mean = 0, squares = 0;
  for (Knot& knot : knots) {
    knot.score = NormalQuantile(std::clamp(knot.score, 0.5 / n, 1 - 0.5 / n));
    total += static_cast<double>(knot.count);
    mean += knot.score * static_cast<double>(knot.count);
  }
  mean /= total;
  for (const Knot& knot : knots) {
    squares += static_cast<double>(knot.count) * (knot.score - mean) * (knot.score - mean);
  }
  const double deviation = std::sqrt(squares / total);
  for (Knot& knot : knots) knot.score = deviation > 0 ? (knot.score - mean) / deviation : 0;
  return knots;
}

}  // namespace

Standardization::Standardization(Tables tables, const StandardizationOptions& options)
    : tables_(std::move(tables)), options_(options) {
  const size_t d = tables_.mean.size();
  LADDER_CHECK(tables_.deviation.size() == d && tables_.knots.size() == tables_.scores.size() &&
               (options_.rank_weight == 0 || tables_.knots.size() == d * kNumKnots))
      << "a standardization of " << d << " values with " << tables_.deviation.size()
      << " deviations and " << tables_.knots.size() << " knots";
}

Standardization Standardization::Fit(const Dataset& dataset, absl::Span<const int64_t> rows,
                                     const StandardizationOptions& options) {
  LADDER_CHECK(!rows.empty()) << "no rows to fit a standardization to";
  const auto d = static_cast<size_t>(dataset.example_size());
  const auto n = static_cast<double>(rows.size());
  std::vector<double> x(d), mean(d), squares(d);
  // Two passes: the difference of sums of squares would lose what is far from 0.
  for (const int64_t row : rows) {
    dataset.CopyRows({row}, x.data());
    for (size_t j = 0; j < d; ++j) mean[j] += x[j];
  }
  for (double& value : mean) value /= n;
  for (const int64_t row : rows) {
    dataset.CopyRows({row}, x.data());
    for (size_t j = 0; j < d; ++j) squares[j] += (x[j] - mean[j]) * (x[j] - mean[j]);
  }
  Tables tables;
  tables.mean.assign(mean.begin(), mean.end());
  for (size_t j = 0; j < d; ++j) {
    const double value = std::sqrt(squares[j] / n);
    // What is left of a constant is rounding of its mean.
    const bool is_constant = value <= 1e-9 * std::abs(mean[j]);
    tables.deviation.push_back(is_constant ? 0 : static_cast<float>(value));
  }
  if (options.rank_weight > 0) {
    std::vector<std::vector<float>> columns(d);
    for (const int64_t row : rows) {
      dataset.CopyRows({row}, x.data());
      for (size_t j = 0; j < d; ++j) columns[j].push_back(static_cast<float>(x[j]));
    }
    for (std::vector<float>& column : columns) {
      const std::vector<Knot> knots = FitKnots(std::move(column));
      for (size_t i = 0; i < kNumKnots; ++i) {
        const Knot& knot = knots[std::min(i, knots.size() - 1)];
        tables.knots.push_back(knot.value);
        tables.scores.push_back(static_cast<float>(knot.score));
      }
    }
  }
  return Standardization(std::move(tables), options);
}

float Standardization::Score(size_t j, float x) const {
  const float* knots = &tables_.knots[j * kNumKnots];
  const float* scores = &tables_.scores[j * kNumKnots];
  const auto above = static_cast<size_t>(std::lower_bound(knots, knots + kNumKnots, x) - knots);
  if (above == 0) return scores[0];
  if (above == kNumKnots) return scores[kNumKnots - 1];
  const float fraction = (x - knots[above - 1]) / (knots[above] - knots[above - 1]);
  return scores[above - 1] + fraction * (scores[above] - scores[above - 1]);
}

void Standardization::CountFar(const Dataset& dataset, absl::Span<int64_t> counts) const {
  LADDER_CHECK(dataset.example_size() == size() && counts.size() == tables_.mean.size())
      << "a standardization of " << size() << " values of examples of " << dataset.example_size();
  std::vector<double> x(counts.size());
  for (int64_t row = 0; row < dataset.num_examples(); ++row) {
    dataset.CopyRows({row}, x.data());
    for (size_t j = 0; j < counts.size(); ++j) {
      counts[j] += std::abs(x[j] - tables_.mean[j]) > kFar * tables_.deviation[j];
    }
  }
}

void Standardization::Apply(Dataset* dataset) const {
  LADDER_CHECK(dataset->example_size() == size())
      << "a standardization of " << size() << " values of examples of " << dataset->example_size();
  std::vector<float>& inputs = dataset->MakeFloats();
  const auto weight = static_cast<float>(options_.rank_weight);
  const size_t d = tables_.mean.size();
  for (size_t begin = 0; begin < inputs.size(); begin += d) {
    for (size_t j = 0; j < d; ++j) {
      float& x = inputs[begin + j];
      if (tables_.deviation[j] == 0) {
        x = 0;
        continue;
      }
      float standardized = (x - tables_.mean[j]) / tables_.deviation[j];
      if (options_.clip) {
        const auto clip = static_cast<float>(*options_.clip);
        standardized = std::clamp(standardized, -clip, clip);
      }
      x = weight == 0 ? standardized : (1 - weight) * standardized + weight * Score(j, x);
    }
  }
}

}  // namespace ladder
