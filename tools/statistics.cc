#include "tools/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace ladder {

Statistics ComputeStatistics(absl::Span<const double> values) {
  Statistics statistics;
  statistics.count = static_cast<int>(values.size());
  if (values.empty()) return statistics;
  const double n = statistics.count;
  statistics.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  statistics.lowest = *std::min_element(values.begin(), values.end());
  statistics.highest = *std::max_element(values.begin(), values.end());
  if (values.size() == 1) return statistics;
  // In a second pass: the difference of two large sums would lose a small deviation.
  double sum = 0;
  for (const double x : values) sum += (x - statistics.mean) * (x - statistics.mean);
  statistics.standard_deviation = std::sqrt(sum / (n - 1));
  statistics.standard_error = *statistics.standard_deviation / std::sqrt(n);
  return statistics;
}

}  // namespace ladder
