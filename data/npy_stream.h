#ifndef LADDER_DATA_NPY_STREAM_H_
#define LADDER_DATA_NPY_STREAM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ladder {

// The bytes of a .npy file, wherever they are.
class NpyStream {
 public:
  // `path` as that of ReadNpy.
  static absl::StatusOr<std::unique_ptr<NpyStream>> Open(const std::string& path);
  virtual ~NpyStream() = default;

  // Fills `out`, at most UnpackedFile::kChunkBytes; less only at the end.
  virtual absl::StatusOr<int64_t> Read(absl::Span<uint8_t> out) = 0;
  // How many bytes have been read.
  virtual int64_t offset() const = 0;
  // The most bytes that there can be; 0 if that cannot be told.
  virtual int64_t Bound() const = 0;
  // With the path before the message.
  virtual absl::Status Error(absl::string_view message) const = 0;
};

}  // namespace ladder

#endif  // LADDER_DATA_NPY_STREAM_H_
