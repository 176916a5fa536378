#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

// To be called before anything that may change errno.
absl::Status SystemError(absl::string_view action, absl::string_view path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", action, " ", path));
}

// An open file, closed at the end of its scope.
class File {
 public:
  File(const std::string& path, int flags) : descriptor_(Open(path, flags)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (is_open()) close(descriptor_);
  }

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  // False, with errno, where the system reports only now that the writing failed.
  bool Close() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    return close(descriptor) == 0;
  }

 private:
  static int Open(const std::string& path, int flags) {
    int descriptor;
    do {
      descriptor = open(path.c_str(), flags | O_CLOEXEC, 0666);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
  }

  int descriptor_;
};

bool WriteAll(int descriptor, absl::string_view contents) {
  while (!contents.empty()) {
    const ssize_t written = write(descriptor, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    contents.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

absl::Status WriteDirectly(const std::string& path, absl::string_view contents) {
  File file(path, O_WRONLY);
  if (!file.is_open() || !WriteAll(file.descriptor(), contents) || !file.Close()) {
    return SystemError("write", path);
  }
  return absl::OkStatus();
}

// Whether a file is what a descriptor of this program writes to.
bool IsWrittenThrough(const struct stat& file, int descriptor) {
  struct stat open_file;
  return fstat(descriptor, &open_file) == 0 && open_file.st_dev == file.st_dev &&
         open_file.st_ino == file.st_ino && (fcntl(descriptor, F_GETFL) & O_ACCMODE) != O_RDONLY;
}

// Where the links at the end of a path lead to, whether or not there is anything.
absl::StatusOr<std::string> FollowLinks(const std::string& path) {
  namespace fs = std::filesystem;
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

// A rename lives in the folder's own data: until that is on the disk a crash may undo it.
absl::Status SyncDirectory(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  const File file(directory.empty() ? "." : directory, O_RDONLY | O_DIRECTORY);
  // Some file systems have no such call and say EINVAL: there is nothing more to be done on them.
  if (!file.is_open() || (fsync(file.descriptor()) != 0 && errno != EINVAL)) {
    return SystemError("sync the folder of", path);
  }
  return absl::OkStatus();
}

// The value of an environment variable; empty if it is not set.
absl::string_view Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, int64_t max_bytes) {
  const auto too_large = [&] {
    const int64_t mib = max_bytes >> 20;
    return absl::ResourceExhaustedError(absl::StrCat(
        "cannot read ", path, ": it is larger than ",
        mib % 1024 == 0 ? absl::StrCat(mib / 1024, " GiB") : absl::StrCat(mib, " MiB")));
  };
  const File file(path, O_RDONLY);
  if (!file.is_open()) return SystemError("read", path);
  struct stat information;
  if (fstat(file.descriptor(), &information) != 0) return SystemError("read", path);
  if (information.st_size > max_bytes) return too_large();

  // The size is a hint only: it is 0 for a pipe, and the file may be growing. One byte more, so
  // that the read after the last byte, which finds the end, needs no more room.
  std::string contents(static_cast<size_t>(information.st_size) + 1, '\0');
  size_t size = 0;
  while (true) {
    if (static_cast<int64_t>(size) > max_bytes) return too_large();
    if (size == contents.size()) {
      contents.resize(std::min(2 * size + 4096, static_cast<size_t>(max_bytes) + 1));
    }
    const ssize_t got = read(file.descriptor(), &contents[size], contents.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", path);
    if (got == 0) break;
    size += static_cast<size_t>(got);
  }
  contents.resize(size);
  return contents;
}

absl::Status WriteFileAtomically(const std::string& path, absl::string_view contents) {
  struct stat information;
  if (stat(path.c_str(), &information) == 0) {
    for (std::FILE* stream : {stdout, stderr}) {
      if (!IsWrittenThrough(information, fileno(stream))) continue;
      const bool written = std::fflush(stream) == 0 && WriteAll(fileno(stream), contents);
      return written ? absl::OkStatus() : SystemError("write", path);
    }
    if (!S_ISREG(information.st_mode)) return WriteDirectly(path, contents);
  }
  // A rename onto a link would put a file in the link's place: /dev/stdout is one, and leads
  // nowhere if stdout is closed.
  LADDER_ASSIGN_OR_RETURN(const std::string target, FollowLinks(path));
  const std::string temporary = absl::StrCat(target, ".tmp", getpid());
  {
    File file(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (!file.is_open()) return SystemError("write", path);
    if (!WriteAll(file.descriptor(), contents) || fsync(file.descriptor()) != 0 || !file.Close()) {
      absl::Status status = SystemError("write", path);
      unlink(temporary.c_str());
      return status;
    }
  }
  if (std::rename(temporary.c_str(), target.c_str()) != 0) {
    absl::Status status = SystemError("write", path);
    unlink(temporary.c_str());
    return status;
  }
  return SyncDirectory(target);
}

absl::Status CreateDirectories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot create the folder ", path));
}

absl::Status ReplaceDirectory(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    // A folder that is not empty is in the way, or it will fail again.
    if (errno != ENOTEMPTY && errno != EEXIST) return SystemError("replace", to);
    std::error_code ignored;
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) {
      std::filesystem::remove_all(from, ignored);
    } else {
      std::filesystem::remove_all(to, ignored);
      if (std::rename(from.c_str(), to.c_str()) != 0) return SystemError("replace", to);
    }
  }
  return SyncDirectory(to);
}

std::string JoinPath(absl::string_view directory, absl::string_view name) {
  if (directory.empty() || absl::StartsWith(name, "/")) return std::string(name);
  return absl::StrCat(directory, absl::EndsWith(directory, "/") ? "" : "/", name);
}

std::string ResolveUserPath(absl::string_view path) {
  if (path.empty()) return "";
  if (absl::StartsWith(path, "~/") && !Environment("HOME").empty()) {
    return JoinPath(Environment("HOME"), path.substr(2));
  }
  return JoinPath(Environment("BUILD_WORKING_DIRECTORY"), path);
}

absl::StatusOr<std::string> CacheDirectory() {
  // The XDG standard has programs ignore a relative path here.
  const absl::string_view cache = Environment("XDG_CACHE_HOME");
  if (absl::StartsWith(cache, "/")) return JoinPath(cache, "ladder");
  const absl::string_view home = Environment("HOME");
  if (!home.empty()) return JoinPath(home, ".cache/ladder");
  return absl::FailedPreconditionError(
      "cannot tell where the data is: set XDG_CACHE_HOME (an absolute path) or HOME");
}

}  // namespace ladder
