#include "data/unpacked_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

constexpr size_t kBufferBytes = size_t{1} << 18;
// What a byte of gzip can become at most, by the format.
constexpr int64_t kMaxExpansion = 1032;
// With gzip's header and check sum.
constexpr int kGzipWindow = 15 + 16;
constexpr uint8_t kGzipMagic[] = {0x1f, 0x8b};

}  // namespace

UnpackedFile::UnpackedFile(const std::string& path, int64_t max_bytes)
    : path_(path == "-" ? "standard input" : path),
      max_bytes_(max_bytes),
      descriptor_(path == "-" ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                              : open(path.c_str(), O_RDONLY | O_CLOEXEC)),
      buffer_(kBufferBytes) {
  if (descriptor_ < 0) {
    status_ = SystemError(errno);
    return;
  }
  // A pipe may deal out its bytes one at a time.
  while (status_.ok() && stream_.avail_in < sizeof(kGzipMagic) && !is_at_end_) status_ = Fill();
  is_packed_ = stream_.avail_in >= sizeof(kGzipMagic) &&
               std::memcmp(stream_.next_in, kGzipMagic, sizeof(kGzipMagic)) == 0;
  if (!is_packed_) return;
  LADDER_CHECK(inflateInit2(&stream_, kGzipWindow) == Z_OK) << "zlib finds no memory";
  is_inside_member_ = true;
}

UnpackedFile::~UnpackedFile() {
  if (is_packed_) inflateEnd(&stream_);
  if (descriptor_ >= 0) close(descriptor_);
}

int64_t UnpackedFile::Bound() const {
  struct stat information;
  if (fstat(descriptor_, &information) != 0) return 0;
  const int64_t size = std::min<int64_t>(information.st_size, kMaxBytes);
  return is_packed_ ? size * kMaxExpansion : size;
}

absl::StatusOr<int64_t> UnpackedFile::Read(absl::Span<uint8_t> out) {
  stream_.next_out = out.data();
  stream_.avail_out = static_cast<uInt>(out.size());
  while (stream_.avail_out > 0) {
    if (stream_.avail_in == 0 && !is_at_end_) LADDER_RETURN_IF_ERROR(Fill());
    if (is_packed_) {
      if (stream_.avail_in == 0 && !is_inside_member_) break;
      LADDER_RETURN_IF_ERROR(Unpack());
      continue;
    }
    const uInt size = std::min(stream_.avail_in, stream_.avail_out);
    if (size == 0) break;
    std::memcpy(stream_.next_out, stream_.next_in, size);
    stream_.next_in += size;
    stream_.avail_in -= size;
    stream_.next_out += size;
    stream_.avail_out -= size;
  }
  const int64_t got = static_cast<int64_t>(out.size()) - static_cast<int64_t>(stream_.avail_out);
  offset_ += got;
  return got;
}

// Packed data is unpacked ahead of what is read, so only the place in the file says much.
absl::Status UnpackedFile::Unpack() {
  if (!is_inside_member_) {
    while (stream_.avail_in < sizeof(kGzipMagic) && !is_at_end_) LADDER_RETURN_IF_ERROR(Fill());
    if (stream_.avail_in < sizeof(kGzipMagic) ||
        std::memcmp(stream_.next_in, kGzipMagic, sizeof(kGzipMagic)) != 0) {
      return Error(PlaceInFile(), "the file goes on behind its gzip data, with other data");
    }
    LADDER_CHECK(inflateReset(&stream_) == Z_OK);
    is_inside_member_ = true;
  }
  if (stream_.avail_in == 0) return Error(PlaceInFile(), "the gzip data ends early");
  const int code = inflate(&stream_, Z_NO_FLUSH);
  if (code == Z_STREAM_END) {
    is_inside_member_ = false;
  } else if (code != Z_OK && code != Z_BUF_ERROR) {
    return Error(PlaceInFile(), absl::StrCat("damaged gzip data: ",
                                             stream_.msg == nullptr ? zError(code) : stream_.msg));
  }
  return absl::OkStatus();
}

absl::Status UnpackedFile::Fill() {
  // Members of no bytes could go on for ever.
  if (file_bytes_ - kChunkBytes > max_bytes_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("cannot read ", path_, ": it is larger than ", max_bytes_ >> 30, " GiB"));
  }
  std::copy_n(stream_.next_in, stream_.avail_in, buffer_.begin());
  ssize_t got;
  do {
    got = read(descriptor_, &buffer_[stream_.avail_in], buffer_.size() - stream_.avail_in);
  } while (got < 0 && errno == EINTR);
  if (got < 0) return SystemError(errno);
  stream_.next_in = buffer_.data();
  stream_.avail_in += static_cast<uInt>(got);
  file_bytes_ += got;
  is_at_end_ = got == 0;
  return absl::OkStatus();
}

absl::Status UnpackedFile::Error(int64_t offset, absl::string_view message) const {
  return absl::DataLossError(absl::StrCat(path_, ": byte ", offset, ": ", message));
}

absl::Status UnpackedFile::SystemError(int error) const {
  return absl::ErrnoToStatus(error == 0 ? EIO : error, absl::StrCat("cannot read ", path_));
}

}  // namespace ladder
