#include "kernels/im2col.h"

#include <algorithm>
#include <cstdint>

#include "kernels/elementwise.h"

namespace ladder::kernels {
namespace {

// Runs of a few elements are not worth a call of memcpy.
constexpr int64_t kShortRun = 32;

inline void Copy(const Real* __restrict source, int64_t n, Real* __restrict target) {
  if (n < kShortRun) {
    for (int64_t i = 0; i < n; ++i) target[i] = source[i];
  } else {
    std::copy_n(source, n, target);
  }
}

inline void Clear(Real* target, int64_t n) {
  if (n < kShortRun) {
    for (int64_t i = 0; i < n; ++i) target[i] = 0;
  } else {
    std::fill_n(target, n, Real{0});
  }
}

}  // namespace

void Im2Col(Tensor x, const Windows& windows, int64_t begin, int64_t end, Real* patches) {
  const WindowAxis &rows = windows.rows, &cols = windows.cols;
  const int64_t channels = x.shape()[3];
  const int64_t image_row = cols.image * channels;  // elements
  const int64_t window_row = cols.size * channels;
  for (int64_t line = begin; line < end; ++line) {
    const int64_t i = line % rows.count;
    const int64_t top = line / rows.count * rows.image + rows.Begin(i);  // row of all images
    const int64_t first_row = rows.First(i), last_row = rows.Last(i);
    for (int64_t j = 0; j < cols.count; ++j) {
      const int64_t first = cols.First(j) * channels, last = cols.Last(j) * channels;
      const int64_t left = cols.Begin(j) * channels;
      Clear(patches, first_row * window_row);
      patches += first_row * window_row;
      for (int64_t k = first_row; k < last_row; ++k, patches += window_row) {
        const Real* source = x.data() + (top + k) * image_row + left;
        Clear(patches, first);
        Copy(source + first, last - first, patches + first);
        Clear(patches + last, window_row - last);
      }
      Clear(patches, (rows.size - last_row) * window_row);
      patches += (rows.size - last_row) * window_row;
    }
  }
}

void Col2ImAdd(const Real* patches, const Windows& windows, int64_t begin, int64_t end, Tensor dx) {
  const WindowAxis &rows = windows.rows, &cols = windows.cols;
  const int64_t channels = dx.shape()[3];
  const int64_t image_row = cols.image * channels;
  const int64_t window_row = cols.size * channels;
  for (int64_t line = begin; line < end; ++line) {
    const int64_t i = line % rows.count;
    const int64_t top = line / rows.count * rows.image + rows.Begin(i);
    for (int64_t j = 0; j < cols.count; ++j, patches += rows.size * window_row) {
      const int64_t first = cols.First(j) * channels, last = cols.Last(j) * channels;
      for (int64_t k = rows.First(i); k < rows.Last(i); ++k) {
        MapLoop<true>(
            last - first, dx.data() + (top + k) * image_row + cols.Begin(j) * channels + first,
            [](Real d) { return d; }, patches + k * window_row + first);
      }
    }
  }
}

}  // namespace ladder::kernels
