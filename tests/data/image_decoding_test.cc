#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "data/image_files.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/data/image_folder_test.h"
#include "tests/data/png_file.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Jpeg(int height, int width, const std::string& pixels, int format, int subsampling) {
  tjhandle encoder = tjInitCompress();
  unsigned char* data = nullptr;
  unsigned long size = 0;
  EXPECT_EQ(tjCompress2(encoder, reinterpret_cast<const unsigned char*>(pixels.data()), width, 0,
                        height, format, &data, &size, subsampling, 100, TJFLAG_ACCURATEDCT),
            0);
  std::string bytes(reinterpret_cast<const char*>(data), size);
  tjFree(data);
  tjDestroy(encoder);
  return bytes;
}

// The file with EXIF data that has nothing but an orientation.
std::string WithOrientation(const std::string& jpeg, char orientation) {
  std::string exif("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0?\0\0\0\0\0\0", 32);
  exif[25] = orientation;
  const std::string segment =
      std::string("\xff\xe1") + std::string({'\0', static_cast<char>(exif.size() + 2)}) + exif;
  return jpeg.substr(0, 2) + segment + jpeg.substr(2);
}

using ImageDecodingTest = ImageFolderTest;

TEST_F(ImageDecodingTest, DecodesBitsAndPalettesOfPng) {
  EXPECT_THAT(Pixels(Png(1, 4, "\xa0", {.bits = 1})), ElementsAre(255, 0, 255, 0));
  EXPECT_THAT(Pixels(Png(1, 4, "\x1b", {.bits = 2})), ElementsAre(0, 85, 170, 255));
  EXPECT_THAT(Pixels(Png(1, 2, "\x1f", {.bits = 4})), ElementsAre(17, 255));
  // 127, 128 * 257 - 129 and its neighbor: the middle between two bytes.
  EXPECT_THAT(Pixels(Png(1, 4, std::string("\0\x80\0\x81\x7f\xff\xff\xff", 8), {.bits = 16})),
              ElementsAre(0, 1, 127, 255));
  const PngOptions palette = {
      .bits = 8, .color_type = PNG_COLOR_TYPE_PALETTE, .palette = {{1, 2, 3}, {10, 20, 30}}};
  EXPECT_THAT(Pixels(Png(1, 2, std::string("\1\0", 2), palette)), ElementsAre(10, 20, 30, 1, 2, 3));
  EXPECT_THAT(shape_, ElementsAre(1, 2, 3));
  EXPECT_THAT(Pixels(Png(1, 1, "abc", {.color_type = PNG_COLOR_TYPE_RGB})),
              ElementsAre('a', 'b', 'c'));
}

TEST_F(ImageDecodingTest, LaysWhatIsTransparentOverBlack) {
  EXPECT_THAT(Pixels(Png(1, 3, std::string("\xff\x80\xff\0\x64\xff", 6),
                         {.color_type = PNG_COLOR_TYPE_GRAY_ALPHA})),
              ElementsAre(128, 0, 100));
  EXPECT_THAT(Pixels(Png(1, 1, "\xff\x10\x80\x80", {.color_type = PNG_COLOR_TYPE_RGB_ALPHA})),
              ElementsAre(128, 8, 64));
  EXPECT_THAT(Pixels(Png(1, 2, "ab", {.transparent_gray = 'a'})), ElementsAre(0, 'b'));
  EXPECT_THAT(Pixels(Png(1, 2, std::string("\0\1", 2),
                         {.color_type = PNG_COLOR_TYPE_PALETTE,
                          .palette = {{9, 9, 9}, {255, 255, 255}},
                          .palette_alpha = {0, 51}})),
              ElementsAre(0, 0, 0, 51, 51, 51));
  EXPECT_THAT(
      Pixels(Png(1, 1, "\xff\xff\x80\x80", {.bits = 16, .color_type = PNG_COLOR_TYPE_GRAY_ALPHA})),
      ElementsAre(128));
}

TEST_F(ImageDecodingTest, DecodesInterlacedPng) {
  std::string rows(9 * 7 * 3, '\0');
  for (size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<char>(i);
  PngOptions options = {.color_type = PNG_COLOR_TYPE_RGB};
  const std::vector<int> plain = Pixels(Png(9, 7, rows, options));
  options.is_interlaced = true;

  EXPECT_EQ(Pixels(Png(9, 7, rows, options)), plain);
  EXPECT_EQ(plain[100], 100);
}

TEST_F(ImageDecodingTest, DecodesJpeg) {
  const std::vector<int> gray = Pixels(Jpeg(8, 8, std::string(64, 'a'), TJPF_GRAY, TJSAMP_GRAY));
  EXPECT_THAT(shape_, ElementsAre(8, 8, 1));
  EXPECT_NEAR(gray[0], 'a', 1);

  std::string red;
  for (int i = 0; i < 64; ++i) red += std::string("\xff\0\0", 3);
  const std::vector<int> color = Pixels(Jpeg(8, 8, red, TJPF_RGB, TJSAMP_444));
  EXPECT_THAT(shape_, ElementsAre(8, 8, 3));
  EXPECT_NEAR(color[0], 255, 2);
  EXPECT_NEAR(color[1], 0, 2);

  Write("x", Jpeg(8, 8, std::string(256, 'a'), TJPF_CMYK, TJSAMP_444));
  EXPECT_EQ(Error(),
            path_ + "/x: a JPEG image in CMYK, which is not read; save it in RGB or in gray");
}

TEST_F(ImageDecodingTest, ObeysTheOrientationOfACamera) {
  std::string pixels;
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 24; ++x) pixels += static_cast<char>(10 * (1 + x / 8 + y / 8 * 3));
  }
  const std::string jpeg = Jpeg(16, 24, pixels, TJPF_GRAY, TJSAMP_GRAY);
  const std::vector<std::vector<int>> expected = {
      {1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1},
      {4, 5, 6, 1, 2, 3}, {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3},
      {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}, {1, 2, 3, 4, 5, 6}};
  for (char orientation = 1; orientation <= 9; ++orientation) {  // 9 is not allowed, and ignored
    const std::vector<int> seen = Pixels(WithOrientation(jpeg, orientation));
    const bool is_turned = orientation >= 5 && orientation <= 8;
    const int width = is_turned ? 16 : 24;
    EXPECT_THAT(shape_, ElementsAre(is_turned ? 24 : 16, width, 1));
    std::vector<int> blocks;
    for (int y = 4; y < (is_turned ? 24 : 16); y += 8) {
      for (int x = 4; x < width; x += 8) {
        blocks.push_back((seen[static_cast<size_t>(y * width + x)] + 5) / 10);
      }
    }
    EXPECT_EQ(blocks, expected[static_cast<size_t>(orientation - 1)]) << int{orientation};
  }
}

TEST_F(ImageDecodingTest, ResizesByArea) {
  Write("a", Png(1, 2, std::string("\0\x64", 2)));
  Write("b", Png(2, 4, std::string("\0\2\4\6\2\4\6\7", 8)));
  EXPECT_THAT(std::get<std::vector<uint8_t>>(Read()->inputs), ElementsAre(0, 100, 2, 6));
  EXPECT_EQ(notes_.str(), path_ + ": resized 1 of 2 images to 1 x 2 pixels\n");

  std::filesystem::remove(path_ + "/b");
  options_.height = 2;
  options_.width = 3;
  EXPECT_THAT(std::get<std::vector<uint8_t>>(Read()->inputs), ElementsAre(0, 50, 100, 0, 50, 100));
  options_.height = 4097;
  EXPECT_EQ(Error(), "images of height 4097; allowed are 1 to 4096");
}

TEST_F(ImageDecodingTest, TurnsColorIntoGrayAndBack) {
  Write("a", Png(1, 1, "\x64"));
  Write("b", Png(1, 1, "\xc8\x32\x0a", {.color_type = PNG_COLOR_TYPE_RGB}));
  EXPECT_THAT(std::get<std::vector<uint8_t>>(Read()->inputs), ElementsAre(100, 90));
  options_.channels = 3;
  EXPECT_THAT(std::get<std::vector<uint8_t>>(Read()->inputs),
              ElementsAre(100, 100, 100, 200, 50, 10));
  options_.channels = 2;
  EXPECT_THAT(Error(), HasSubstr("images of 2 channels; allowed are 1 (gray) and 3 (color)"));
}

TEST_F(ImageDecodingTest, DamagedImagesAreErrors) {
  std::string noise;
  for (int i = 0; i < 32 * 32 * 3; ++i) noise += static_cast<char>(i * i >> 3);
  const std::string png = Png(32, 32, noise, {.color_type = PNG_COLOR_TYPE_RGB});
  const std::string jpeg = Jpeg(32, 32, noise, TJPF_RGB, TJSAMP_420);
  for (const std::string& file : {png, jpeg}) {
    for (size_t size = 8; size + 2 < file.size(); size += 61) {
      Write("x", file.substr(0, size));
      EXPECT_THAT(Error(), HasSubstr(path_ + "/x: damaged ")) << size;
    }
    for (size_t i = 8; i < file.size(); i += 7) {  // an error or not, but no crash and no leak
      std::string damaged = file;
      damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
      Write("x", damaged);
      const absl::Status status = Read().status();
      if (status.ok()) continue;
      EXPECT_THAT(std::string(status.message()), HasSubstr(path_ + "/x: "));
    }
  }
  std::filesystem::remove(path_ + "/x");
  Write("a/cat.jpg", "");
  EXPECT_EQ(Error(), path_ + "/a/cat.jpg: no PNG or JPEG image, by its first bytes");
}

TEST_F(ImageDecodingTest, PngsThatPromiseTooMuchAreErrors) {
  std::string png = Png(1, 1, "a");
  const auto promise = [&](uint32_t width, uint32_t height) {
    for (int i = 0; i < 4; ++i) {
      png[static_cast<size_t>(16 + i)] = static_cast<char>(width >> (24 - 8 * i));
      png[static_cast<size_t>(20 + i)] = static_cast<char>(height >> (24 - 8 * i));
    }
    const auto sum = static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(&png[12]), 17));
    for (int i = 0; i < 4; ++i)
      png[static_cast<size_t>(29 + i)] = static_cast<char>(sum >> (24 - 8 * i));
    Write("x", png);
    return Error();
  };
  EXPECT_THAT(promise(20000, 20000), HasSubstr("pixels; allowed are 256000000 at most"));
  EXPECT_THAT(promise(10000, 10000), HasSubstr("which a file of 67 bytes cannot hold"));
}

TEST_F(ImageDecodingTest, AJpegThatPromisesTooMuchIsAnError) {
  std::string jpeg = Jpeg(8, 8, std::string(64, 'a'), TJPF_GRAY, TJSAMP_GRAY);
  const size_t frame = jpeg.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  jpeg.replace(frame + 5, 4, "\xea\x60\xea\x60");  // height and width
  Write("x", jpeg);
  EXPECT_EQ(Error(), path_ + "/x: 60000 x 60000 pixels; allowed are 256000000 at most");
}

}  // namespace
}  // namespace ladder
