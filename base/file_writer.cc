#include "base/file_writer.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace ladder {

namespace fs = std::filesystem;

void FileWriter::Close::operator()(std::FILE* file) const {
  if (file != stdout) std::fclose(file);
}

absl::Status FileWriter::Error() const {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
}

absl::StatusOr<FileWriter> FileWriter::Open(const std::string& path) {
  if (path == "-") return FileWriter("the standard output", "", "", stdout);
  std::error_code error;
  // A link stays, and what it leads to is written, there already or not.
  const std::string target =
      fs::is_symlink(path, error) ? fs::weakly_canonical(path, error).string() : path;
  const bool is_special = fs::exists(target, error) && !fs::is_regular_file(target, error);
  const std::string temporary = is_special ? "" : absl::StrCat(target, ".tmp", getpid());
  FileWriter writer(path, target, temporary,
                    std::fopen(is_special ? target.c_str() : temporary.c_str(), "we"));
  if (writer.file_ == nullptr) {
    const absl::Status status = writer.Error();
    writer.temporary_.clear();
    return status;
  }
  return writer;
}

FileWriter::~FileWriter() {
  if (file_ != nullptr && !temporary_.empty()) unlink(temporary_.c_str());
}

absl::Status FileWriter::Write(absl::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size()) return absl::OkStatus();
  return Error();
}

absl::Status FileWriter::Commit() {
  if (std::fflush(file_.get()) != 0) return Error();
  if (temporary_.empty()) return absl::OkStatus();
  if (fsync(fileno(file_.get())) != 0) return Error();
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) return Error();
  temporary_.clear();
  return absl::OkStatus();
}

}  // namespace ladder
