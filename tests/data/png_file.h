#ifndef LADDER_TESTS_DATA_PNG_FILE_H_
#define LADDER_TESTS_DATA_PNG_FILE_H_

#include <png.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ladder {

struct PngOptions {
  int bits = 8;
  int color_type = PNG_COLOR_TYPE_GRAY;
  bool is_interlaced = false;
  std::vector<png_color> palette = {};
  std::vector<uint8_t> palette_alpha = {};
  int transparent_gray = -1;
};

// `rows`: the bytes of all rows, one after the other, as the file has them.
inline std::string Png(int height, int width, const std::string& rows,
                       const PngOptions& options = {}) {
  std::string bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &bytes,
      [](png_structp png, png_bytep data, size_t size) {
        static_cast<std::string*>(png_get_io_ptr(png))
            ->append(reinterpret_cast<const char*>(data), size);
      },
      nullptr);
  png_set_IHDR(png, info, static_cast<uint32_t>(width), static_cast<uint32_t>(height), options.bits,
               options.color_type, options.is_interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (!options.palette.empty()) {
    png_set_PLTE(png, info, options.palette.data(), static_cast<int>(options.palette.size()));
  }
  if (!options.palette_alpha.empty()) {
    png_set_tRNS(png, info, options.palette_alpha.data(),
                 static_cast<int>(options.palette_alpha.size()), nullptr);
  }
  if (options.transparent_gray >= 0) {
    png_color_16 color = {};
    color.gray = static_cast<uint16_t>(options.transparent_gray);
    png_set_tRNS(png, info, nullptr, 0, &color);
  }
  png_write_info(png, info);
  std::string copy = rows;
  std::vector<png_bytep> pointers;
  const size_t row_bytes = rows.size() / static_cast<size_t>(height);
  for (int y = 0; y < height; ++y) {
    pointers.push_back(reinterpret_cast<png_bytep>(&copy[static_cast<size_t>(y) * row_bytes]));
  }
  png_write_image(png, pointers.data());
  png_write_end(png, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

}  // namespace ladder

#endif  // LADDER_TESTS_DATA_PNG_FILE_H_
