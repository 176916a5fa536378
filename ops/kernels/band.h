#ifndef LADDER_OPS_KERNELS_BAND_H_
#define LADDER_OPS_KERNELS_BAND_H_

#include <algorithm>
#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/context.h"
#include "autodiff/tensor.h"

namespace ladder::kernels {

// Reductions over rows go down a band of columns at a time: sums stay in the first-level cache, the
// inner loop is contiguous, and bands are the tasks of the thread pool.
constexpr int64_t kBandColumns = 64;

struct Band {
  int64_t rows, cols;  // cols <= kBandColumns
  int64_t stride;      // elements from row to row
};

// Calls body(band, at, stat) for each band of columns of each group of consecutive rows: `at` is
// the offset of the band's first element in a tensor of rows of n, `stat` in one of [groups, n].
template <class Body>
void ForEachBand(Context& context, int64_t n, absl::Span<const int64_t> group_rows,
                 const Body& body) {
  const int64_t bands = (n + kBandColumns - 1) / kBandColumns;
  const int64_t groups = static_cast<int64_t>(group_rows.size());
  context.pool().Run(bands * groups, [&](int64_t task) {
    const int64_t group = task / bands;
    const int64_t column = task % bands * kBandColumns;
    int64_t first_row = 0;
    for (int64_t g = 0; g < group; ++g) first_row += group_rows[g];
    if (group_rows[group] == 0) return;
    body(Band{group_rows[group], std::min(kBandColumns, n - column), n}, first_row * n + column,
         group * n + column);
  });
}

// The element at an offset; null for the null tensor.
inline Real* At(Tensor tensor, int64_t offset) { return tensor ? tensor.data() + offset : nullptr; }

}  // namespace ladder::kernels

#endif  // LADDER_OPS_KERNELS_BAND_H_
