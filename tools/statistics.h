#ifndef LADDER_TOOLS_STATISTICS_H_
#define LADDER_TOOLS_STATISTICS_H_

#include "absl/types/optional.h"
#include "absl/types/span.h"

namespace ladder {

// What is told of the test errors of several runs.
struct Statistics {
  int count = 0;
  // Of at least one value.
  double mean = 0, lowest = 0, highest = 0;
  // sqrt(sum_i (x_i - mean)^2 / (n - 1)). A single value tells nothing of it.
  absl::optional<double> standard_deviation;
  // Of the mean: standard_deviation / sqrt(n).
  absl::optional<double> standard_error;
};

Statistics ComputeStatistics(absl::Span<const double> values);

}  // namespace ladder

#endif  // LADDER_TOOLS_STATISTICS_H_
