#ifndef LADDER_BASE_FILE_WRITER_H_
#define LADDER_BASE_FILE_WRITER_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ladder {

// Writes a file piece by piece. Whoever reads it, meanwhile or after a crash, finds the old
// contents until Commit, and for good if that is not called, and then the new, whole: a temporary
// file beside it is written, synced to the disk and renamed, and the folder is synced.
//
// A path that exists and is no regular file (a device, a pipe) is written as it is; what this
// program prints to is printed to, even if /dev/stdout leads to a file; "-" is the standard output.
// A link stays, and what it leads to is replaced, or made if it does not exist.
class FileWriter {
 public:
  static absl::StatusOr<FileWriter> Open(const std::string& path);
  FileWriter(FileWriter&& other)
      : path_(std::move(other.path_)),
        target_(std::move(other.target_)),
        temporary_(std::exchange(other.temporary_, "")),
        descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  // Not buffered: a piece should be more than a few bytes.
  absl::Status Write(absl::string_view text);
  absl::Status Commit();

 private:
  FileWriter() = default;
  absl::Status Error() const;

  std::string path_;       // as the errors call it
  std::string target_;     // where it leads to, through links
  std::string temporary_;  // empty: what is there is written, or the file is in its place
  int descriptor_ = -1;
};

// A rename lives in the folder's own data: until that is on the disk a crash may undo it.
absl::Status SyncFolderOf(const std::string& path);

}  // namespace ladder

#endif  // LADDER_BASE_FILE_WRITER_H_
