#include "data/image_cache.h"

#include <zlib.h>

#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

uint32_t Checksum(absl::string_view bytes, uint32_t start = 0) {
  return static_cast<uint32_t>(
      crc32_z(start, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

absl::string_view BytesOf(const std::vector<uint8_t>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size()};
}

}  // namespace

ImageCache::ImageCache(const std::string& path, const ImageFilesOptions& options,
                       const ImageList& list)
    : directory_(options.cache_directory), num_images_(static_cast<int64_t>(list.entries.size())) {
  const std::string wanted =
      absl::StrFormat("ladder images 1: height %d, width %d, channels %d of %s", options.height,
                      options.width, options.channels, path);
  // A newer state of the same folder takes the place of the older one.
  stem_ = absl::StrFormat("%08x", Checksum(wanted));
  uint32_t checksum = 0;
  int64_t num_bytes = 0;
  for (const ImageEntry& entry : list.entries) {
    checksum = Checksum(absl::StrCat(entry.id, "\n", entry.num_bytes, " ", entry.modified, "\n"),
                        checksum);
    num_bytes += entry.num_bytes;
  }
  origin_ = absl::StrFormat("%s: %d files of %d bytes, CRC-32 %08x of their names and times\n",
                            wanted, num_images_, num_bytes, checksum);
}

// The pixels are a file of their own, so that neither side needs them twice in memory; the other
// one, written last, says whether they are whole.
std::string ImageCache::Description(const DecodedImages& images) const {
  const std::string text =
      absl::StrFormat("%s%d %d %d %d %08x\n", origin_, images.height, images.width, images.channels,
                      images.num_resized, Checksum(BytesOf(images.pixels)));
  return absl::StrFormat("%s%08x\n", text, Checksum(text));
}

absl::StatusOr<DecodedImages> ImageCache::Read() const {
  const std::string text_path = JoinPath(directory_, absl::StrCat(stem_, ".txt"));
  const std::string pixels_path = JoinPath(directory_, absl::StrCat(stem_, ".bin"));
  LADDER_ASSIGN_OR_RETURN(const std::string text, ReadFile(text_path));
  if (text.compare(0, origin_.size(), origin_) != 0) {
    return absl::NotFoundError(absl::StrCat(text_path, " is for other files"));
  }
  const auto damaged = [](const std::string& path) {
    return absl::DataLossError(absl::StrCat(path, " is damaged: its checksum is wrong"));
  };
  const std::vector<std::string> words = absl::StrSplit(
      absl::string_view(text).substr(origin_.size()), absl::ByAnyChar(" \n"), absl::SkipEmpty());
  DecodedImages images;
  if (words.size() != 6 || !absl::SimpleAtoi(words[0], &images.height) ||
      !absl::SimpleAtoi(words[1], &images.width) || !absl::SimpleAtoi(words[2], &images.channels) ||
      !absl::SimpleAtoi(words[3], &images.num_resized) ||
      absl::StrFormat("%08x\n", Checksum(text.substr(0, text.size() - 9))) !=
          text.substr(text.size() - 9)) {
    return damaged(text_path);
  }
  std::ifstream file(pixels_path, std::ios::binary | std::ios::ate);
  const int64_t size = num_images_ * images.height * images.width * images.channels;
  if (!file || static_cast<int64_t>(file.tellg()) != size) return damaged(pixels_path);
  images.pixels.resize(static_cast<size_t>(size));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(images.pixels.data()), size);
  if (!file || Description(images) != text) return damaged(pixels_path);
  return images;
}

absl::Status ImageCache::Write(const DecodedImages& images) const {
  LADDER_RETURN_IF_ERROR(CreateDirectories(directory_));
  LADDER_RETURN_IF_ERROR(WriteFileAtomically(JoinPath(directory_, absl::StrCat(stem_, ".bin")),
                                             BytesOf(images.pixels)));
  return WriteFileAtomically(JoinPath(directory_, absl::StrCat(stem_, ".txt")),
                             Description(images));
}

}  // namespace ladder
