#include <algorithm>
#include <cstdint>
#include <vector>

#include "data/image_decoder.h"

namespace ladder {
namespace {

// Calls body(index, weight) for each of `from` pixels that the pixel `i` of `to` covers. The
// weights are lengths in units in which a line is from * to long; so they sum to `from`.
template <class Body>
void ForCovered(int64_t i, int64_t from, int64_t to, const Body& body) {
  const int64_t begin = i * from;
  const int64_t end = begin + from;
  for (int64_t j = begin / to; j * to < end; ++j) {
    body(j, std::min(end, (j + 1) * to) - std::max(begin, j * to));
  }
}

}  // namespace

// The sums are integers, below 255 * kMaxImagePixels.
void ResizeByArea(const Image& image, int64_t height, int64_t width, uint8_t* out) {
  const int64_t row_size = image.width * image.channels;
  const int64_t area = image.height * image.width;
  std::vector<int64_t> row(static_cast<size_t>(row_size));
  for (int64_t y = 0; y < height; ++y) {
    std::fill(row.begin(), row.end(), 0);
    ForCovered(y, image.height, height, [&](int64_t j, int64_t weight) {
      const uint8_t* in = &image.pixels[static_cast<size_t>(j * row_size)];
      for (int64_t i = 0; i < row_size; ++i) row[static_cast<size_t>(i)] += weight * in[i];
    });
    for (int64_t x = 0; x < width; ++x) {
      int64_t sums[3] = {};
      ForCovered(x, image.width, width, [&](int64_t j, int64_t weight) {
        const int64_t* in = &row[static_cast<size_t>(j * image.channels)];
        for (int64_t channel = 0; channel < image.channels; ++channel) {
          sums[channel] += weight * in[channel];
        }
      });
      for (int64_t channel = 0; channel < image.channels; ++channel) {
        *out++ = static_cast<uint8_t>((sums[channel] + area / 2) / area);
      }
    }
  }
}

}  // namespace ladder
