#include "base/file_writer.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

namespace fs = std::filesystem;

int OpenToWrite(const std::string& path, int flags) {
  int descriptor;
  do {
    descriptor = open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0666);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

// Whether a file is what a stream of this program writes to.
bool IsWrittenThrough(const struct stat& file, std::FILE* stream) {
  const int descriptor = fileno(stream);
  struct stat open_file;
  return fstat(descriptor, &open_file) == 0 && open_file.st_dev == file.st_dev &&
         open_file.st_ino == file.st_ino && (fcntl(descriptor, F_GETFL) & O_ACCMODE) != O_RDONLY;
}

// Where the links at the end of a path lead to, whether or not there is anything.
absl::StatusOr<std::string> FollowLinks(const std::string& path) {
  constexpr int kMaxLinks = 40;  // as the system's
  fs::path target = path;
  for (int i = 0; i < kMaxLinks; ++i) {
    std::error_code error;
    if (!fs::is_symlink(fs::symlink_status(target, error))) return target.string();
    const fs::path next = fs::read_symlink(target, error);
    if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot write ", path));
    target = target.parent_path() / next;
  }
  return absl::ErrnoToStatus(ELOOP, absl::StrCat("cannot write ", path));
}

}  // namespace

// To be called before anything that may change errno.
absl::Status FileWriter::Error() const {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
}

absl::StatusOr<FileWriter> FileWriter::Open(const std::string& path) {
  FileWriter writer;
  writer.path_ = path == "-" ? "the standard output" : path;
  struct stat file;
  const bool exists = path != "-" && stat(path.c_str(), &file) == 0;
  for (std::FILE* stream : {stdout, stderr}) {
    if (path != "-" && !(exists && IsWrittenThrough(file, stream))) continue;
    if (std::fflush(stream) == 0) writer.descriptor_ = fcntl(fileno(stream), F_DUPFD_CLOEXEC, 0);
    if (writer.descriptor_ < 0) return writer.Error();
    return writer;
  }
  if (exists && !S_ISREG(file.st_mode)) {
    writer.descriptor_ = OpenToWrite(path, 0);
    if (writer.descriptor_ < 0) return writer.Error();
    return writer;
  }
  // A rename onto a link would put a file in the link's place: /dev/stdout is one, and leads
  // nowhere if stdout is closed.
  LADDER_ASSIGN_OR_RETURN(writer.target_, FollowLinks(path));
  const std::string temporary = absl::StrCat(writer.target_, ".tmp", getpid());
  writer.descriptor_ = OpenToWrite(temporary, O_CREAT | O_TRUNC | O_NOFOLLOW);
  if (writer.descriptor_ < 0) return writer.Error();
  writer.temporary_ = temporary;
  return writer;
}

FileWriter::~FileWriter() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

absl::Status FileWriter::Write(absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Error();
    text.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::Status FileWriter::Commit() {
  if (!temporary_.empty() && fsync(descriptor_) != 0) return Error();
  // Some systems report only now that the writing failed.
  if (close(std::exchange(descriptor_, -1)) != 0) return Error();
  if (temporary_.empty()) return absl::OkStatus();
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) return Error();
  temporary_.clear();
  return SyncFolderOf(target_);
}

absl::Status SyncFolderOf(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  const int descriptor = open(folder.empty() ? "." : folder.c_str(), O_DIRECTORY | O_CLOEXEC);
  // Some file systems have no such call and say EINVAL: there is nothing more to be done on them.
  const bool is_synced = descriptor >= 0 && (fsync(descriptor) == 0 || errno == EINVAL);
  absl::Status status =
      is_synced ? absl::OkStatus()
                : absl::ErrnoToStatus(errno, absl::StrCat("cannot sync the folder of ", path));
  if (descriptor >= 0) close(descriptor);
  return status;
}

}  // namespace ladder
