#include "ladder/prior_correction.h"

#include <cstddef>

#include "base/check.h"

namespace ladder {

std::vector<double> EstimatePriorRatio(absl::Span<const double> probabilities,
                                       absl::Span<const double> learned) {
  // Few rounds trust the predictions less than many; after some 20 little changes.
  constexpr int kRounds = 20;
  const size_t k = learned.size();
  LADDER_CHECK(k > 0 && probabilities.size() % k == 0)
      << probabilities.size() << " probabilities of " << k << " classes";
  const size_t n = probabilities.size() / k;
  std::vector<double> ratio(k, 1.0);
  for (int round = 0; round < kRounds; ++round) {
    std::vector<double> count(k, 1.0);
    for (size_t i = 0; i < n; ++i) {
      const double* p = &probabilities[i * k];
      double sum = 0;
      for (size_t c = 0; c < k; ++c) sum += p[c] * ratio[c];
      for (size_t c = 0; c < k; ++c) count[c] += p[c] * ratio[c] / sum;
    }
    for (size_t c = 0; c < k; ++c) {
      if (learned[c] > 0) ratio[c] = count[c] / static_cast<double>(n + k) / learned[c];
    }
  }
  return ratio;
}

}  // namespace ladder
