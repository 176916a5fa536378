#include "data/image_decoder.h"

#include <libexif/exif-data.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

constexpr absl::string_view kExifMark("Exif\0\0", 6);

// 1 to 8; 1, as it is, where nothing readable says otherwise. `bytes`: a JPEG file or EXIF data.
int Orientation(absl::string_view bytes) {
  const std::unique_ptr<ExifData, void (*)(ExifData*)> data(exif_data_new(), exif_data_unref);
  if (data == nullptr) return 1;
  exif_data_load_data(data.get(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      static_cast<unsigned>(bytes.size()));
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->size < 2) return 1;
  const int value = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return value >= 1 && value <= 8 ? value : 1;
}

}  // namespace

ImageFormat FormatOf(absl::string_view bytes) {
  if (absl::StartsWith(bytes, "\x89PNG\r\n\x1a\n")) return ImageFormat::kPng;
  if (absl::StartsWith(bytes, "\xff\xd8\xff")) return ImageFormat::kJpeg;
  return ImageFormat::kNone;
}

absl::StatusOr<Image> DecodeImage(absl::string_view bytes) {
  switch (FormatOf(bytes)) {
    case ImageFormat::kPng: {
      std::vector<uint8_t> exif;
      LADDER_ASSIGN_OR_RETURN(Image image, DecodePng(bytes, &exif));
      if (exif.empty()) return image;
      return Orient(std::move(image),
                    Orientation(absl::StrCat(
                        kExifMark, absl::string_view(reinterpret_cast<const char*>(exif.data()),
                                                     exif.size()))));
    }
    case ImageFormat::kJpeg: {
      LADDER_ASSIGN_OR_RETURN(Image image, DecodeJpeg(bytes));
      return Orient(std::move(image), Orientation(bytes));
    }
    default:
      return absl::DataLossError("no PNG or JPEG image, by its first bytes");
  }
}

Image Orient(Image image, int orientation) {
  if (orientation <= 1) return image;
  const bool is_transposed = orientation >= 5;
  // In the given image: whether what is seen starts at its last row, its last column.
  const bool from_bottom =
      orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool from_right =
      orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  Image result = {.height = is_transposed ? image.width : image.height,
                  .width = is_transposed ? image.height : image.width,
                  .channels = image.channels};
  result.pixels.resize(image.pixels.size());
  uint8_t* out = result.pixels.data();
  for (int64_t y = 0; y < result.height; ++y) {
    for (int64_t x = 0; x < result.width; ++x) {
      int64_t row = is_transposed ? x : y;
      int64_t column = is_transposed ? y : x;
      if (from_bottom) row = image.height - 1 - row;
      if (from_right) column = image.width - 1 - column;
      const uint8_t* in =
          &image.pixels[static_cast<size_t>((row * image.width + column) * image.channels)];
      for (int64_t channel = 0; channel < image.channels; ++channel) *out++ = *in++;
    }
  }
  return result;
}

Image WithChannels(Image image, int64_t channels) {
  if (image.channels == channels) return image;
  Image result = {.height = image.height, .width = image.width, .channels = channels};
  result.pixels.resize(static_cast<size_t>(image.height * image.width * channels));
  uint8_t* out = result.pixels.data();
  const uint8_t* end = image.pixels.data() + image.pixels.size();
  for (const uint8_t* in = image.pixels.data(); in < end; in += image.channels) {
    if (channels == 3) {
      for (int channel = 0; channel < 3; ++channel) *out++ = *in;
    } else {
      *out++ = static_cast<uint8_t>((299 * in[0] + 587 * in[1] + 114 * in[2] + 500) / 1000);
    }
  }
  return result;
}

}  // namespace ladder
