#ifndef LADDER_BASE_FILE_WRITER_H_
#define LADDER_BASE_FILE_WRITER_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace ladder {

// Writes a file piece by piece, as WriteFileAtomically (base/file.h) writes it at once: what was
// there before stays until Commit, and for good if that is not called. What is no regular file, and
// "-", the standard output, is written as it comes.
class FileWriter {
 public:
  static absl::StatusOr<FileWriter> Open(const std::string& path);
  FileWriter(FileWriter&&) = default;
  FileWriter& operator=(FileWriter&&) = delete;
  ~FileWriter();

  absl::Status Write(absl::string_view text);
  absl::Status Commit();

 private:
  struct Close {
    void operator()(std::FILE* file) const;
  };
  FileWriter(std::string path, std::string target, std::string temporary, std::FILE* file)
      : path_(std::move(path)),
        target_(std::move(target)),
        temporary_(std::move(temporary)),
        file_(file) {}
  absl::Status Error() const;

  std::string path_;       // as the errors call it
  std::string target_;     // where it leads to, through links
  std::string temporary_;  // empty: the file itself is written
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace ladder

#endif  // LADDER_BASE_FILE_WRITER_H_
