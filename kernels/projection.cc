#include "kernels/projection.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/check.h"
#include "base/thread_pool.h"

namespace ladder::kernels {
namespace {

// Columns a task: some cache lines of each row.
constexpr int64_t kColumns = 64;

}  // namespace

void ProjectToUnitNorm(Context& context, Tensor w) {
  LADDER_CHECK(w.shape().rank() >= 1) << "ProjectToUnitNorm: got a scalar";
  const int64_t rows = w.shape().rows();
  const int64_t cols = w.shape().cols();
  ParallelFor(context.pool(), cols, kColumns, [&](int64_t begin, int64_t end) {
    std::array<double, kColumns> sums = {};
    for (int64_t i = 0; i < rows; ++i) {
      const Real* const row = w.data() + i * cols;
      for (int64_t j = begin; j < end; ++j) {
        sums[j - begin] += static_cast<double>(row[j]) * static_cast<double>(row[j]);
      }
    }
    std::array<Real, kColumns> factors;
    std::transform(sums.begin(), sums.end(), factors.begin(),
                   [](double sum) { return static_cast<Real>(sum == 0 ? 1 : 1 / std::sqrt(sum)); });
    for (int64_t i = 0; i < rows; ++i) {
      Real* const row = w.data() + i * cols;
      for (int64_t j = begin; j < end; ++j) row[j] *= factors[j - begin];
    }
  });
}

}  // namespace ladder::kernels
