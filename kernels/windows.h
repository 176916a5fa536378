#ifndef LADDER_KERNELS_WINDOWS_H_
#define LADDER_KERNELS_WINDOWS_H_

#include <algorithm>
#include <cstdint>

namespace ladder::kernels {

// How the windows of a convolution or a pooling lie along one axis of an image: window i covers
// positions [Begin(i), Begin(i) + size), of which some may be outside of the image.
struct WindowAxis {
  int64_t image;   // positions of the image
  int64_t size;    // positions of a window
  int64_t stride;  // from window to window
  int64_t before;  // positions of the first window that are before the image
  int64_t count;   // windows

  int64_t Begin(int64_t i) const { return i * stride - before; }
  // The positions inside of the image: window[first, last) of window i.
  int64_t First(int64_t i) const { return std::clamp<int64_t>(-Begin(i), 0, size); }
  int64_t Last(int64_t i) const { return std::clamp<int64_t>(image - Begin(i), First(i), size); }
};

struct Windows {
  WindowAxis rows, cols;

  int64_t count() const { return rows.count * cols.count; }
  int64_t size() const { return rows.size * cols.size; }
};

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_WINDOWS_H_
