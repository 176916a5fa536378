#include "kernels/pooling.h"

#include <algorithm>

#include "kernels/elementwise.h"
#include "kernels/row.h"

namespace ladder::kernels {
namespace {

// Elements of an image.
int64_t ImageSize(Tensor x) { return x.shape()[1] * x.shape()[2] * x.shape()[3]; }

// Calls body(image) for each image of a tensor, on all threads.
template <class Body>
void ForEachImage(Context& context, Tensor x, const Body& body) {
  const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, ImageSize(x)));
  ParallelFor(context.pool(), x.shape()[0], grain, [&](int64_t begin, int64_t end) {
    for (int64_t image = begin; image < end; ++image) body(image);
  });
}

// Calls body(pixel, window) for each window of an image in order: `pixel` is the offset of the
// window in a tensor of windows, `window` calls its argument with the offset of each of its pixels
// in the image, row by row.
template <class Body>
void ForEachWindow(const Windows& windows, int64_t channels, const Body& body) {
  const WindowAxis &rows = windows.rows, &cols = windows.cols;
  for (int64_t i = 0; i < rows.count; ++i) {
    for (int64_t j = 0; j < cols.count; ++j) {
      body((i * cols.count + j) * channels, [&](const auto& visit) {
        for (int64_t k = rows.First(i); k < rows.Last(i); ++k) {
          for (int64_t l = cols.First(j); l < cols.Last(j); ++l) {
            visit(((rows.Begin(i) + k) * cols.image + cols.Begin(j) + l) * channels);
          }
        }
      });
    }
  }
}

}  // namespace

void MaxPool(Context& context, Tensor x, const Windows& windows, Tensor y) {
  const int64_t channels = x.shape()[3];
  ForEachImage(context, x, [&](int64_t image) {
    const Real* x_image = x.data() + image * ImageSize(x);
    Real* y_image = y.data() + image * ImageSize(y);
    ForEachWindow(windows, channels, [&](int64_t pixel, const auto& window) {
      Real* largest = y_image + pixel;
      std::fill_n(largest, channels, LargerOfTwo::kStart);
      window([&](int64_t at) {
        const Real* __restrict x_pixel = x_image + at;
        for (int64_t c = 0; c < channels; ++c) {
          largest[c] = LargerOfTwo::Combine(largest[c], x_pixel[c]);
        }
      });
    });
  });
}

void MaxPoolBackward(Context& context, Tensor x, Tensor y, Tensor dy, const Windows& windows,
                     Output dx) {
  const int64_t channels = x.shape()[3];
  ForEachImage(context, x, [&](int64_t image) {
    const Real* x_image = x.data() + image * ImageSize(x);
    const Real* y_image = y.data() + image * ImageSize(y);
    const Real* dy_image = dy.data() + image * ImageSize(y);
    Real* dx_image = dx.tensor.data() + image * ImageSize(x);
    if (!dx.add) std::fill_n(dx_image, ImageSize(x), Real{0});
    constexpr int64_t kTile = 64;
    for (int64_t first = 0; first < channels; first += kTile) {
      const int64_t n = std::min(kTile, channels - first);
      ForEachWindow(windows, channels, [&](int64_t pixel, const auto& window) {
        // What is still to be passed on: nothing after the first of the largest.
        Real rest[kTile];
        std::copy_n(dy_image + pixel + first, n, rest);
        const Real* __restrict largest = y_image + pixel + first;
        window([&](int64_t at) {
          const Real* __restrict x_pixel = x_image + at + first;
          Real* __restrict dx_pixel = dx_image + at + first;
          for (int64_t c = 0; c < n; ++c) {
            const bool is_largest = x_pixel[c] == largest[c];
            dx_pixel[c] += is_largest ? rest[c] : 0;
            rest[c] = is_largest ? 0 : rest[c];
          }
        });
      });
    }
  });
}

void AveragePool(Context& context, Tensor x, const Windows& windows, Tensor y) {
  const int64_t channels = x.shape()[3];
  ForEachImage(context, x, [&](int64_t image) {
    const Real* x_image = x.data() + image * ImageSize(x);
    Real* y_image = y.data() + image * ImageSize(y);
    ForEachWindow(windows, channels, [&](int64_t pixel, const auto& window) {
      Real* mean = y_image + pixel;
      std::fill_n(mean, channels, Real{0});
      int64_t count = 0;
      window([&](int64_t at) {
        MapLoop<true>(
            channels, mean, [](Real x) { return x; }, x_image + at);
        ++count;
      });
      for (int64_t c = 0; c < channels; ++c) mean[c] /= static_cast<Real>(count);
    });
  });
}

void AveragePoolBackward(Context& context, Tensor dy, const Windows& windows, Output dx) {
  const int64_t channels = dy.shape()[3];
  ForEachImage(context, dx.tensor, [&](int64_t image) {
    const Real* dy_image = dy.data() + image * ImageSize(dy);
    Real* dx_image = dx.tensor.data() + image * ImageSize(dx.tensor);
    if (!dx.add) std::fill_n(dx_image, ImageSize(dx.tensor), Real{0});
    ForEachWindow(windows, channels, [&](int64_t pixel, const auto& window) {
      int64_t count = 0;
      window([&](int64_t) { ++count; });
      const Real share = Real{1} / static_cast<Real>(count);
      window([&](int64_t at) {
        MapLoop<true>(
            channels, dx_image + at, [share](Real dy) { return share * dy; }, dy_image + pixel);
      });
    });
  });
}

void Upsample(Context& context, Tensor x, const Windows& blocks, Tensor y) {
  const int64_t channels = x.shape()[3];
  ForEachImage(context, y, [&](int64_t image) {
    const Real* x_image = x.data() + image * ImageSize(x);
    Real* y_image = y.data() + image * ImageSize(y);
    ForEachWindow(blocks, channels, [&](int64_t pixel, const auto& block) {
      block([&](int64_t at) { std::copy_n(x_image + pixel, channels, y_image + at); });
    });
  });
}

void UpsampleBackward(Context& context, Tensor dy, const Windows& blocks, Output dx) {
  const int64_t channels = dy.shape()[3];
  ForEachImage(context, dy, [&](int64_t image) {
    const Real* dy_image = dy.data() + image * ImageSize(dy);
    Real* dx_image = dx.tensor.data() + image * ImageSize(dx.tensor);
    if (!dx.add) std::fill_n(dx_image, ImageSize(dx.tensor), Real{0});
    ForEachWindow(blocks, channels, [&](int64_t pixel, const auto& block) {
      block([&](int64_t at) {
        MapLoop<true>(
            channels, dx_image + pixel, [](Real dy) { return dy; }, dy_image + at);
      });
    });
  });
}

void Place(Context& context, Tensor x, int64_t top, int64_t left, Output y) {
  const int64_t height = x.shape()[1], width = x.shape()[2], channels = x.shape()[3];
  const int64_t y_height = y.tensor.shape()[1], y_width = y.tensor.shape()[2];
  // Of a row of y: where x begins and ends.
  const int64_t first = std::clamp<int64_t>(left, 0, y_width);
  const int64_t last = std::clamp<int64_t>(left + width, first, y_width);
  ForEachImage(context, y.tensor, [&](int64_t image) {
    for (int64_t i = 0; i < y_height; ++i) {
      const bool is_inside = i >= top && i < top + height;
      const Real* source =
          x.data() + ((image * height + i - top) * width + first - left) * channels;
      Real* target = y.tensor.data() + (image * y_height + i) * y_width * channels;
      const int64_t begin = is_inside ? first * channels : 0;
      const int64_t end = is_inside ? last * channels : 0;
      if (y.add) {
        MapLoop<true>(
            end - begin, target + begin, [](Real x) { return x; }, source);
      } else {
        std::fill_n(target, begin, Real{0});
        std::copy_n(source, end - begin, target + begin);
        std::fill_n(target + end, y_width * channels - end, Real{0});
      }
    }
  });
}

}  // namespace ladder::kernels
