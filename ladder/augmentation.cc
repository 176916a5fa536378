#include "ladder/augmentation.h"

#include <algorithm>
#include <vector>

#include "base/check.h"

namespace ladder {
namespace {

// One of -limit, ..., limit, from a uniform word.
int64_t Shift(uint32_t word, int32_t limit) {
  const uint64_t choices = 2 * static_cast<uint64_t>(limit) + 1;
  return static_cast<int64_t>(word * choices >> 32) - limit;
}

}  // namespace

void Augment(const Training::Augmentation& config, absl::Span<const int64_t> shape, RandomKey key,
             Tensor images) {
  LADDER_CHECK(shape.size() == 3 && images.shape().cols() == shape[0] * shape[1] * shape[2])
      << "images of " << images.shape().ToString() << " with " << shape.size() << " axes";
  const int64_t height = shape[0], width = shape[1], channels = shape[2];
  std::vector<Real> original(static_cast<size_t>(images.shape().cols()));
  for (int64_t i = 0; i < images.shape().rows(); ++i) {
    const auto words = Philox(key, static_cast<uint64_t>(i));
    const int64_t down = Shift(words[0], config.shift());
    const int64_t right = Shift(words[1], config.shift());
    const bool mirror = config.flip() == Training::Augmentation::HORIZONTAL && words[2] >> 31 == 1;
    if (down == 0 && right == 0 && !mirror) continue;
    Real* const image = images.data() + i * images.shape().cols();
    std::copy_n(image, original.size(), original.begin());
    for (int64_t y = 0; y < height; ++y) {
      for (int64_t x = 0; x < width; ++x) {
        const int64_t from_y = y - down;
        const int64_t from_x = mirror ? width - 1 - (x - right) : x - right;
        Real* const pixel = image + (y * width + x) * channels;
        if (from_y < 0 || from_y >= height || from_x < 0 || from_x >= width) {
          std::fill_n(pixel, channels, Real{0});
        } else {
          std::copy_n(&original[static_cast<size_t>((from_y * width + from_x) * channels)],
                      channels, pixel);
        }
      }
    }
  }
}

}  // namespace ladder
