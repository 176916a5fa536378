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
#include "base/file_writer.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

// To be called before anything that may change errno.
absl::Status SystemError(absl::string_view action, absl::string_view path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot ", action, " ", path));
}

// A file that is read, closed at the end of its scope.
class File {
 public:
  explicit File(const std::string& path) : descriptor_(Open(path)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (is_open()) close(descriptor_);
  }

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }

 private:
  static int Open(const std::string& path) {
    int descriptor;
    do {
      descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    } while (descriptor < 0 && errno == EINTR);
    return descriptor;
  }

  const int descriptor_;
};

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
  const File file(path);
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
  LADDER_ASSIGN_OR_RETURN(FileWriter writer, FileWriter::Open(path));
  LADDER_RETURN_IF_ERROR(writer.Write(contents));
  return writer.Commit();
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
  return SyncFolderOf(to);
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
