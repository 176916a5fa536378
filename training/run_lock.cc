#include "training/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"

namespace ladder {

absl::StatusOr<std::unique_ptr<RunLock>> RunLock::Take(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  std::unique_ptr<RunLock> lock(new RunLock(descriptor));
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    // A file system without locks, as some of networks are, is no reason not to train.
    if (errno != EWOULDBLOCK) return lock;
    const absl::StatusOr<std::string> owner = ReadFile(path);
    const std::string number =
        owner.ok() ? std::string(absl::StripAsciiWhitespace(*owner)) : std::string();
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": ", number.empty() ? "another process" : "process " + number,
                     " is training in this folder: wait for its end, or choose another folder"));
  }
  const std::string number = absl::StrCat(getpid(), "\n");
  if (ftruncate(descriptor, 0) != 0 ||
      write(descriptor, number.data(), number.size()) != static_cast<ssize_t>(number.size())) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  }
  return lock;
}

RunLock::~RunLock() { close(descriptor_); }

}  // namespace ladder
