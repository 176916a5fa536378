#ifndef LADDER_DATA_UNPACKED_FILE_H_
#define LADDER_DATA_UNPACKED_FILE_H_

#include <zlib.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ladder {

// A file or a pipe, unpacked while it is read if it is packed by gzip, whatever its name. Packed
// data may be of several members, one after the other; anything else behind it is an error.
class UnpackedFile {
 public:
  // The most that a reader should take of a file, unpacked: a header or a pipe may promise
  // anything.
  static constexpr int64_t kMaxBytes = int64_t{4} << 30;
  static constexpr int64_t kChunkBytes = int64_t{1} << 20;

  // "-" is the standard input. More than `max_bytes` in the file are an error.
  explicit UnpackedFile(const std::string& path, int64_t max_bytes = kMaxBytes);
  UnpackedFile(const UnpackedFile&) = delete;
  UnpackedFile& operator=(const UnpackedFile&) = delete;
  ~UnpackedFile();

  // Whether the file can be read. To be called before anything else.
  absl::Status Check() const { return status_; }

  // What errors call it.
  const std::string& name() const { return path_; }

  // How many bytes have been read.
  int64_t offset() const { return offset_; }

  // The most that the file can hold, unpacked; 0 if that cannot be told.
  int64_t Bound() const;

  // Fills `out`, at most 2 GiB; less only at the end of the file. Returns how much it read.
  absl::StatusOr<int64_t> Read(absl::Span<uint8_t> out);

  absl::Status Error(int64_t offset, absl::string_view message) const;

 private:
  absl::Status SystemError(int error) const;
  // Reads more of the file behind what has not been used yet.
  absl::Status Fill();
  absl::Status Unpack();
  int64_t PlaceInFile() const { return file_bytes_ - static_cast<int64_t>(stream_.avail_in); }

  std::string path_;
  const int64_t max_bytes_;
  int descriptor_;
  absl::Status status_;
  std::vector<uint8_t> buffer_;
  int64_t file_bytes_ = 0;  // read of the file
  bool is_at_end_ = false;  // of the file
  bool is_packed_ = false;
  bool is_inside_member_ = false;
  z_stream stream_ = {};  // what has not been used yet, packed or not, and where it goes
  int64_t offset_ = 0;
};

}  // namespace ladder

#endif  // LADDER_DATA_UNPACKED_FILE_H_
