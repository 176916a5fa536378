#include "data/idx.h"

#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

constexpr int64_t kMaxBytes = int64_t{4} << 30;
constexpr int64_t kChunkBytes = int64_t{1} << 20;
// What a byte of gzip can become at most, by the format.
constexpr int64_t kMaxExpansion = 1032;

// A file, unpacked while it is read if it is packed.
class UnpackedFile {
 public:
  explicit UnpackedFile(const std::string& path) : path_(path), file_(gzopen(path.c_str(), "rb")) {
    if (file_ != nullptr) gzbuffer(file_, 1 << 17);
  }
  UnpackedFile(const UnpackedFile&) = delete;
  UnpackedFile& operator=(const UnpackedFile&) = delete;
  ~UnpackedFile() {
    if (file_ != nullptr) gzclose(file_);
  }

  // Whether the file is there. To be called before anything else.
  absl::Status Check() const {
    if (file_ != nullptr) return absl::OkStatus();
    return SystemError(errno);
  }

  // How many bytes have been read.
  int64_t offset() const { return offset_; }

  // The most that the file can hold, unpacked; 0 if that cannot be told.
  int64_t Bound() const {
    struct stat information;
    if (stat(path_.c_str(), &information) != 0) return 0;
    const int64_t size = std::min<int64_t>(information.st_size, kMaxBytes);
    return gzdirect(file_) ? size : size * kMaxExpansion;
  }

  // Fills `out`, at most kChunkBytes; less only at the end of the file. Returns how much it read.
  absl::StatusOr<int64_t> Read(absl::Span<uint8_t> out) {
    errno = 0;
    const int got = gzread(file_, out.data(), static_cast<unsigned>(out.size()));
    const int system_error = errno;
    int code;
    const absl::string_view reason = gzerror(file_, &code);
    offset_ += std::max(got, 0);
    if (code == Z_ERRNO) return SystemError(system_error);
    // Packed data is unpacked ahead of what is read, so only the place in the file says much.
    if (code == Z_BUF_ERROR) return Error(gzoffset(file_), "the gzip data ends early");
    if (got < 0) {
      return Error(gzoffset(file_),
                   absl::StrCat("damaged gzip data: ",
                                absl::StripPrefix(reason, absl::StrCat(path_, ": "))));
    }
    return got;
  }

  absl::Status Error(int64_t offset, absl::string_view message) const {
    return absl::DataLossError(absl::StrCat(path_, ": byte ", offset, ": ", message));
  }

 private:
  absl::Status SystemError(int error) const {
    return absl::ErrnoToStatus(error == 0 ? EIO : error, absl::StrCat("cannot read ", path_));
  }

  const std::string& path_;
  gzFile file_;
  int64_t offset_ = 0;
};

struct IdxArray {
  std::vector<int64_t> shape;
  std::vector<uint8_t> values;
};

absl::StatusOr<uint32_t> ReadBigEndian(UnpackedFile& file) {
  uint8_t bytes[4];
  LADDER_ASSIGN_OR_RETURN(const int64_t got, file.Read(absl::MakeSpan(bytes)));
  if (got < 4) return file.Error(file.offset(), "the file ends inside its IDX header");
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 |
         uint32_t{bytes[3]};
}

// `what`: "images" or "labels".
absl::StatusOr<IdxArray> ReadArray(const std::string& path, absl::string_view what,
                                   uint32_t min_rank, uint32_t max_rank) {
  UnpackedFile file(path);
  LADDER_RETURN_IF_ERROR(file.Check());

  constexpr uint32_t kUnsignedBytes = 0x0800;
  LADDER_ASSIGN_OR_RETURN(const uint32_t magic, ReadBigEndian(file));
  std::vector<std::string> allowed;
  for (uint32_t rank = min_rank; rank <= max_rank; ++rank) {
    allowed.push_back(absl::StrFormat("0x%08X", kUnsignedBytes + rank));
  }
  if (magic < kUnsignedBytes + min_rank || magic > kUnsignedBytes + max_rank) {
    return file.Error(0, absl::StrFormat("magic number 0x%08X; allowed for %s: %s", magic, what,
                                         absl::StrJoin(allowed, ", ")));
  }
  IdxArray array;
  int64_t size = 1;
  bool is_too_large = false;
  for (uint32_t axis = 0; axis < magic - kUnsignedBytes; ++axis) {
    LADDER_ASSIGN_OR_RETURN(const int64_t extent, ReadBigEndian(file));
    array.shape.push_back(extent);
    if (extent == 0) return file.Error(file.offset() - 4, "size 0; allowed are 1 and more");
    is_too_large = is_too_large || size > kMaxBytes / extent;
    if (!is_too_large) size *= extent;
  }
  const std::string sizes = absl::StrCat("sizes ", absl::StrJoin(array.shape, " x "));
  if (is_too_large) {
    return file.Error(4, absl::StrCat(sizes, " promise more than 4 GiB, the most that is read"));
  }

  // The sizes may lie: memory is touched only as values arrive, and not reserved beyond what the
  // file can hold.
  array.values.reserve(static_cast<size_t>(std::min(size, file.Bound())));
  while (static_cast<int64_t>(array.values.size()) < size) {
    const size_t begin = array.values.size();
    const auto wanted =
        static_cast<size_t>(std::min(kChunkBytes, size - static_cast<int64_t>(begin)));
    array.values.resize(begin + wanted);
    LADDER_ASSIGN_OR_RETURN(const int64_t got,
                            file.Read(absl::MakeSpan(array.values).subspan(begin)));
    if (static_cast<size_t>(got) < wanted) {
      return file.Error(file.offset(),
                        absl::StrCat("the file ends; ", sizes, " promise ",
                                     size - static_cast<int64_t>(begin) - got, " bytes more"));
    }
  }
  // Reading on also has zlib compare its check sum.
  const int64_t end = file.offset();
  uint8_t byte;
  LADDER_ASSIGN_OR_RETURN(const int64_t got, file.Read(absl::MakeSpan(&byte, 1)));
  if (got > 0) {
    return file.Error(end, absl::StrCat("the file goes on; ", sizes, " promise its end"));
  }
  return array;
}

}  // namespace

absl::StatusOr<Dataset> ReadIdx(const std::string& images_path, const std::string& labels_path,
                                int num_classes) {
  LADDER_ASSIGN_OR_RETURN(IdxArray images, ReadArray(images_path, "images", 2, 4));
  Dataset dataset;
  const int64_t num_images = images.shape[0];
  dataset.example_shape.assign(images.shape.begin() + 1, images.shape.end());
  if (dataset.example_shape.size() == 2) dataset.example_shape.push_back(1);  // grey: one channel
  dataset.inputs = std::move(images.values);
  dataset.scale = 1.0 / 255;
  if (labels_path.empty()) return dataset;

  LADDER_ASSIGN_OR_RETURN(const IdxArray labels, ReadArray(labels_path, "labels", 1, 1));
  if (labels.shape[0] != num_images) {
    return absl::DataLossError(absl::StrCat(labels_path, ": byte 4: ", labels.shape[0],
                                            " labels for the ", num_images, " images of ",
                                            images_path));
  }
  dataset.labels.assign(labels.values.begin(), labels.values.end());
  for (size_t i = 0; num_classes > 0 && i < dataset.labels.size(); ++i) {
    if (dataset.labels[i] < num_classes) continue;
    return absl::DataLossError(absl::StrCat(labels_path, ": byte ", 8 + i, ": label ",
                                            dataset.labels[i], "; allowed are 0 to ",
                                            num_classes - 1));
  }
  dataset.num_classes = num_classes > 0
                            ? num_classes
                            : *std::max_element(dataset.labels.begin(), dataset.labels.end()) + 1;
  return dataset;
}

}  // namespace ladder
