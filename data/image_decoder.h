#ifndef LADDER_DATA_IMAGE_DECODER_H_
#define LADDER_DATA_IMAGE_DECODER_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// PNG and JPEG files in memory. Errors name no file.

namespace ladder {

// The most pixels that an image may have.
inline constexpr int64_t kMaxImagePixels = 256'000'000;

struct Image {
  int64_t height = 0, width = 0;
  int64_t channels = 0;              // 1 (gray) or 3 (red, green, blue)
  std::vector<uint8_t> pixels = {};  // [height, width, channels]
};

// By the first bytes of a file; kNumFormatBytes are enough.
enum class ImageFormat { kNone, kPng, kJpeg };
inline constexpr int64_t kNumFormatBytes = 8;
ImageFormat FormatOf(absl::string_view bytes);

// Decodes a file of either format, and turns it as its EXIF orientation says.
absl::StatusOr<Image> DecodeImage(absl::string_view bytes);

// 16 bits are rounded to 8, and then what is transparent is laid over black. Palettes are color.
// `exif` gets what the file has of it, empty for nothing.
absl::StatusOr<Image> DecodePng(absl::string_view bytes, std::vector<uint8_t>* exif);
absl::StatusOr<Image> DecodeJpeg(absl::string_view bytes);

// An image as an EXIF orientation of 1 to 8 says that it is to be seen.
Image Orient(Image image, int orientation);

// The image in gray, by 0.299 red + 0.587 green + 0.114 blue, or in color, of three equal channels.
Image WithChannels(Image image, int64_t channels);

// Writes the image with these sizes to `out`, [height, width, channels]: each pixel is the mean of
// the area that it covers, exact but for the rounding to a byte at the end.
void ResizeByArea(const Image& image, int64_t height, int64_t width, uint8_t* out);

}  // namespace ladder

#endif  // LADDER_DATA_IMAGE_DECODER_H_
