#ifndef LADDER_DATA_STANDARDIZATION_H_
#define LADDER_DATA_STANDARDIZATION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "data/dataset.h"

namespace ladder {

struct StandardizationOptions {
  std::optional<double> clip = {};  // above 0
  double rank_weight = 0;           // in [0, 1]
};

// Takes each value of an example to mean 0 and standard deviation 1, over the rows that it is
// fitted to, and mixes it with its normal score:
//
//   s = clip((x - mean) / deviation)      x' = (1 - w) s + w score(x)      w = rank_weight
//
// where score(x), standardized too, is the quantile of the normal distribution at x's rank among
// these rows, ties in their middle; between two of their values it is interpolated, beyond them it
// stays. A value that is the same in all of them becomes 0.
class Standardization {
 public:
  // The largest number of values whose scores are kept; of more different ones, those at so many
  // evenly spaced ranks.
  static constexpr int64_t kMaxKnots = 256;

  // At least one row. Computed in double; labels play no part.
  static Standardization Fit(const Dataset& dataset, absl::Span<const int64_t> rows,
                             const StandardizationOptions& options = {});

  // What was fitted: mean and deviation [d], where a deviation of 0 stands for a value that is
  // always the same; and, if there are scores, knots [d, kMaxKnots], ascending, with their scores.
  // Values that have fewer knots repeat the last.
  struct Tables {
    std::vector<float> mean, deviation;
    std::vector<float> knots, scores;
  };
  Standardization(Tables tables, const StandardizationOptions& options);

  int64_t size() const { return static_cast<int64_t>(tables_.mean.size()); }
  const Tables& tables() const { return tables_; }

  // All examples, which have size() values.
  void Apply(Dataset* dataset) const;

  // Adds to counts[j], [size()], the examples, as they are before Apply, whose value j is further
  // from the mean than kFar deviations.
  static constexpr double kFar = 10;
  void CountFar(const Dataset& dataset, absl::Span<int64_t> counts) const;

 private:
  float Score(size_t j, float x) const;

  Tables tables_;
  StandardizationOptions options_;
};

}  // namespace ladder

#endif  // LADDER_DATA_STANDARDIZATION_H_
