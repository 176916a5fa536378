#include <png.h>

#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "data/image_decoder.h"

namespace ladder {
namespace {

// What a byte of the file can become at most, by the format of its packed data.
constexpr int64_t kMaxExpansion = 1032;

// All that a decoding has. libpng leaves its functions by longjmp, which destroys no object: so
// Decode has none of its own that would need it.
class PngDecoder {
 public:
  PngDecoder(absl::string_view bytes, std::vector<uint8_t>* exif) : bytes_(bytes), exif_(exif) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, OnError, OnWarning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  PngDecoder(const PngDecoder&) = delete;
  PngDecoder& operator=(const PngDecoder&) = delete;
  ~PngDecoder() { png_destroy_read_struct(&png_, &info_, nullptr); }

  bool Decode() {
    if (info_ == nullptr) return Fail("libpng finds no memory");
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_read_fn(png_, this, OnRead);
    png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_read_info(png_, info_);
    if (!CheckSize()) return false;
    // Palettes become color, fewer bits than 8 become 8, a transparent color becomes alpha.
    png_set_expand(png_);
    const bool is_interlaced = png_set_interlace_handling(png_) > 1;
    png_read_update_info(png_, info_);
    Allocate(is_interlaced);
    if (is_interlaced) {
      png_read_image(png_, row_pointers_.data());
      for (int64_t y = 0; y < image_.height; ++y) Convert(y, row_pointers_[static_cast<size_t>(y)]);
    } else {
      for (int64_t y = 0; y < image_.height; ++y) {
        png_read_row(png_, rows_.data(), nullptr);
        Convert(y, rows_.data());
      }
    }
    png_read_end(png_, info_);
    CopyExif();
    return true;
  }

  Image& image() { return image_; }
  const std::string& error() const { return error_; }

 private:
  static PngDecoder* Self(png_structp png) {
    return static_cast<PngDecoder*>(png_get_error_ptr(png));
  }
  [[noreturn]] static void OnError(png_structp png, png_const_charp message) {
    Self(png)->error_ = message;
    png_longjmp(png, 1);
  }
  static void OnWarning(png_structp, png_const_charp) {}
  static void OnRead(png_structp png, png_bytep out, size_t size) {
    auto* self = static_cast<PngDecoder*>(png_get_io_ptr(png));
    if (size > self->bytes_.size() - self->place_) png_error(png, "the file ends early");
    std::memcpy(out, self->bytes_.data() + self->place_, size);
    self->place_ += size;
  }

  bool Fail(absl::string_view message) {
    error_ = std::string(message);
    return false;
  }

  bool CheckSize() {
    image_.height = png_get_image_height(png_, info_);
    image_.width = png_get_image_width(png_, info_);
    if (image_.height > kMaxImagePixels / image_.width) {
      return Fail(absl::StrCat(image_.height, " x ", image_.width, " pixels; allowed are ",
                               kMaxImagePixels, " at most"));
    }
    const auto packed_row = static_cast<int64_t>(png_get_rowbytes(png_, info_));
    if (packed_row * image_.height > static_cast<int64_t>(bytes_.size()) * kMaxExpansion) {
      return Fail(absl::StrCat(image_.height, " x ", image_.width, " pixels, which a file of ",
                               bytes_.size(), " bytes cannot hold"));
    }
    return true;
  }

  void Allocate(bool is_interlaced) {
    const int file_channels = png_get_channels(png_, info_);
    has_alpha_ = file_channels == 2 || file_channels == 4;
    image_.channels = file_channels >= 3 ? 3 : 1;
    value_bytes_ = png_get_bit_depth(png_, info_) == 16 ? 2 : 1;
    image_.pixels.resize(static_cast<size_t>(image_.height * image_.width * image_.channels));
    const size_t row_bytes = png_get_rowbytes(png_, info_);
    rows_.resize(row_bytes * (is_interlaced ? static_cast<size_t>(image_.height) : 1));
    if (!is_interlaced) return;
    for (size_t begin = 0; begin < rows_.size(); begin += row_bytes) {
      row_pointers_.push_back(&rows_[begin]);
    }
  }

  void Convert(int64_t y, const uint8_t* in) {
    const int64_t channels = image_.channels;
    const auto value = [&] {
      if (value_bytes_ == 1) return unsigned{*in++};
      const unsigned value = unsigned{in[0]} << 8 | in[1];
      in += 2;
      return (value * 255 + 32767) / 65535;
    };
    uint8_t* out = &image_.pixels[static_cast<size_t>(y * image_.width * channels)];
    for (int64_t x = 0; x < image_.width; ++x, out += channels) {
      for (int64_t channel = 0; channel < channels; ++channel) {
        out[channel] = static_cast<uint8_t>(value());
      }
      if (!has_alpha_) continue;
      const unsigned alpha = value();
      for (int64_t channel = 0; channel < channels; ++channel) {
        out[channel] = static_cast<uint8_t>((out[channel] * alpha + 127) / 255);
      }
    }
  }

  void CopyExif() {
    png_bytep data = nullptr;
    png_uint_32 size = 0;
    if (png_get_eXIf_1(png_, info_, &size, &data) != 0) exif_->assign(data, data + size);
  }

  const absl::string_view bytes_;
  std::vector<uint8_t>* const exif_;
  size_t place_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  std::string error_;
  Image image_;
  bool has_alpha_ = false;
  int value_bytes_ = 1;
  std::vector<uint8_t> rows_;  // one, or all where they are interlaced
  std::vector<png_bytep> row_pointers_;
};

}  // namespace

absl::StatusOr<Image> DecodePng(absl::string_view bytes, std::vector<uint8_t>* exif) {
  PngDecoder decoder(bytes, exif);
  if (decoder.Decode()) return std::move(decoder.image());
  return absl::DataLossError(absl::StrCat("damaged PNG image: ", decoder.error()));
}

}  // namespace ladder
