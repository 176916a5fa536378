#include "ops/kernels/im2col.h"

#include <algorithm>
#include <cstdint>

#include "base/thread_pool.h"
#include "ops/kernels/elementwise.h"

namespace ladder::kernels {

void Im2Col(Context& context, Tensor x, const Windows& windows, Tensor patches) {
  const WindowAxis &rows = windows.rows, &cols = windows.cols;
  const int64_t channels = x.shape()[3];
  const int64_t image_row = cols.image * channels;  // elements
  const int64_t window_row = cols.size * channels;
  const int64_t line = cols.count * rows.size * window_row;  // a row of windows
  const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, line));
  ParallelFor(context.pool(), x.shape()[0] * rows.count, grain, [&](int64_t begin, int64_t end) {
    for (int64_t at = begin; at < end; ++at) {
      const int64_t image = at / rows.count, i = at % rows.count;
      const Real* source = x.data() + (image * rows.image + rows.Begin(i)) * image_row;
      Real* target = patches.data() + at * line;
      for (int64_t j = 0; j < cols.count; ++j) {
        const int64_t first = cols.First(j) * channels, last = cols.Last(j) * channels;
        const Real* window = source + cols.Begin(j) * channels;
        for (int64_t k = 0; k < rows.size; ++k, target += window_row) {
          if (k < rows.First(i) || k >= rows.Last(i)) {
            std::fill_n(target, window_row, Real{0});
            continue;
          }
          std::fill_n(target, first, Real{0});
          std::copy_n(window + k * image_row + first, last - first, target + first);
          std::fill_n(target + last, window_row - last, Real{0});
        }
      }
    }
  });
}

void Col2Im(Context& context, Tensor patches, const Windows& windows, Gradient dx) {
  const WindowAxis &rows = windows.rows, &cols = windows.cols;
  const int64_t channels = dx.tensor.shape()[3];
  const int64_t image_row = cols.image * channels;
  const int64_t window_row = cols.size * channels;
  context.pool().Run(dx.tensor.shape()[0], [&](int64_t image) {
    Real* target = dx.tensor.data() + image * rows.image * image_row;
    if (!dx.add) std::fill_n(target, rows.image * image_row, Real{0});
    const Real* source = patches.data() + image * windows.count() * windows.size() * channels;
    for (int64_t i = 0; i < rows.count; ++i) {
      for (int64_t j = 0; j < cols.count; ++j, source += rows.size * window_row) {
        const int64_t first = cols.First(j) * channels, last = cols.Last(j) * channels;
        Real* window = target + rows.Begin(i) * image_row + cols.Begin(j) * channels;
        for (int64_t k = rows.First(i); k < rows.Last(i); ++k) {
          MapLoop<true>(
              last - first, window + k * image_row + first, [](Real d) { return d; },
              source + k * window_row + first);
        }
      }
    }
  });
}

}  // namespace ladder::kernels
