#include <turbojpeg.h>

#include <cstdint>
#include <memory>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "data/image_decoder.h"

namespace ladder {
namespace {

struct Destroy {
  void operator()(void* handle) const { tjDestroy(handle); }
};

// Cameras leave stray bytes between segments, and decoders skip them; other warnings of damaged
// data mean that pixels are missing or wrong.
bool IsDamage(absl::string_view warning) {
  return absl::StrContains(warning, "Premature end") ||
         (absl::StrContains(warning, "Corrupt JPEG data") &&
          !absl::StrContains(warning, "extraneous bytes"));
}

}  // namespace

absl::StatusOr<Image> DecodeJpeg(absl::string_view bytes) {
  const std::unique_ptr<std::remove_pointer_t<tjhandle>, Destroy> decoder(tjInitDecompress());
  if (decoder == nullptr) return absl::ResourceExhaustedError("libturbojpeg finds no memory");
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto error = [&decoder] {
    return absl::DataLossError(absl::StrCat("damaged JPEG image: ", tjGetErrorStr2(decoder.get())));
  };
  int width = 0, height = 0, subsampling = 0, colors = 0;
  if (tjDecompressHeader3(decoder.get(), data, bytes.size(), &width, &height, &subsampling,
                          &colors) != 0) {
    return error();
  }
  // A file of nothing but tables, which are no image, is no error to libturbojpeg.
  if (width < 1 || height < 1) {
    return absl::DataLossError("damaged JPEG image: it has no pixels");
  }
  if (colors == TJCS_CMYK || colors == TJCS_YCCK) {
    return absl::UnimplementedError(
        "a JPEG image in CMYK, which is not read; save it in RGB or in gray");
  }
  if (height > kMaxImagePixels / width) {
    return absl::DataLossError(
        absl::StrCat(height, " x ", width, " pixels; allowed are ", kMaxImagePixels, " at most"));
  }
  Image image = {.height = height, .width = width, .channels = colors == TJCS_GRAY ? 1 : 3};
  image.pixels.resize(static_cast<size_t>(image.height * image.width * image.channels));
  // A file of very many scans would take hours.
  constexpr int kFlags = TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS;
  if (tjDecompress2(decoder.get(), data, bytes.size(), image.pixels.data(), width, /*pitch=*/0,
                    height, image.channels == 1 ? TJPF_GRAY : TJPF_RGB, kFlags) != 0 &&
      (tjGetErrorCode(decoder.get()) != TJERR_WARNING || IsDamage(tjGetErrorStr2(decoder.get())))) {
    return error();
  }
  return image;
}

}  // namespace ladder
