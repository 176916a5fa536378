#ifndef LADDER_KERNELS_BAND_H_
#define LADDER_KERNELS_BAND_H_

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "absl/types/span.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder::kernels {

// Reductions over rows go down a band of columns at a time: sums stay in the first-level cache, the
// inner loop is contiguous, and bands are the tasks of the thread pool.
constexpr int64_t kBandColumns = 256;  // a kilobyte of each row: long enough to be prefetched

struct Band {
  int64_t rows, cols;  // cols <= kBandColumns
  int64_t stride;      // elements from row to row
};

// Calls body(band, at, stat) for each band of columns of each group of consecutive rows: `at` is
// the offset of the band's first element in a tensor of rows of n, `stat` in one of [groups, n].
template <class Body>
void ForEachBand(Context& context, int64_t n, absl::Span<const int64_t> group_rows,
                 const Body& body) {
  // Narrow tensors are cut in two, for two threads, down to a few cache lines.
  constexpr int64_t kUnit = 64;
  const int64_t width = std::min(kBandColumns, ((n + 1) / 2 + kUnit - 1) / kUnit * kUnit);
  const int64_t bands = n == 0 ? 0 : (n + width - 1) / width;
  const int64_t groups = static_cast<int64_t>(group_rows.size());
  context.pool().Run(bands * groups, [&](int64_t task) {
    const int64_t group = task / bands;
    const int64_t column = task % bands * width;
    int64_t first_row = 0;
    for (int64_t g = 0; g < group; ++g) first_row += group_rows[g];
    if (group_rows[group] == 0) return;
    body(Band{group_rows[group], std::min(width, n - column), n}, first_row * n + column,
         group * n + column);
  });
}

// Zeros in the statistics, [groups, n], of groups without rows, which ForEachBand leaves out; not
// in those that are added to, or not wanted.
inline void ClearEmptyGroups(absl::Span<const int64_t> group_rows,
                             std::initializer_list<Output> statistics) {
  for (const Output& statistic : statistics) {
    if (!statistic || statistic.add) continue;
    const int64_t n = statistic.tensor.size() / static_cast<int64_t>(group_rows.size());
    for (size_t group = 0; group < group_rows.size(); ++group) {
      if (group_rows[group] == 0) std::fill_n(statistic.tensor.data() + group * n, n, Real{0});
    }
  }
}

// What of an output a band writes; null: not wanted.
struct BandOutput {
  Real* data;
  bool add;

  // Writes a row, `offset` elements from the band's first. Always inline, to be compiled for the
  // instructions of its caller.
  __attribute__((always_inline)) void Put(int64_t cols, const Real* __restrict row,
                                          int64_t offset) const {
    if (data == nullptr) return;
    Real* __restrict target = data + offset;
    if (add) {
      for (int64_t j = 0; j < cols; ++j) target[j] += row[j];
    } else {
      for (int64_t j = 0; j < cols; ++j) target[j] = row[j];
    }
  }
};

// The element at an offset; null for the null tensor.
inline Real* At(Tensor tensor, int64_t offset) { return tensor ? tensor.data() + offset : nullptr; }
inline BandOutput At(Output output, int64_t offset) {
  return {At(output.tensor, offset), output.add};
}

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_BAND_H_
