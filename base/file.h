#ifndef LADDER_BASE_FILE_H_
#define LADDER_BASE_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Files, as a program that must never leave half a file behind needs them. Every error names the
// path and the system's reason: "cannot read /x/y: No such file or directory". Its code tells the
// reasons apart: kNotFound, kPermissionDenied, ...

namespace ladder {

constexpr int64_t kMaxReadBytes = int64_t{4} << 30;

// The bytes of a file or a pipe. More than `max_bytes`, a multiple of 1 MiB, are an error, and are
// not read: /dev/zero never ends.
absl::StatusOr<std::string> ReadFile(const std::string& path, int64_t max_bytes = kMaxReadBytes);

// Whoever reads `path`, during the call or after a crash, finds the old contents or the new, whole:
// FileWriter (base/file_writer.h) writes it.
absl::Status WriteFileAtomically(const std::string& path, absl::string_view contents);

// Creates the folder and those above it. It may exist already.
absl::Status CreateDirectories(const std::string& path);

// Puts the folder `from` in the place of `to`, on one file system. Whoever looks at `to` finds what
// was there before, which is deleted afterwards, or the new folder, whole; so does a crash. (Only
// a file system that cannot exchange two folders, such as NFS, leaves a moment between the two.)
// What is in `from` should be on the disk already: see WriteFileAtomically.
absl::Status ReplaceDirectory(const std::string& from, const std::string& to);

// `name` in the folder `directory`; `name` itself if it is absolute or `directory` is empty.
std::string JoinPath(absl::string_view directory, absl::string_view name);

// The path as the person who typed it meant it. `bazel run` starts a program in a folder of its own
// and names the person's in $BUILD_WORKING_DIRECTORY: a relative path starts there. A leading "~/",
// which the shell leaves alone in --flag=~/x, is the home folder. An empty path stays empty.
std::string ResolveUserPath(absl::string_view path);

// Where this project keeps what it downloaded: $XDG_CACHE_HOME/ladder, else ~/.cache/ladder. The
// folder need not exist. An error where neither variable says where the home is.
absl::StatusOr<std::string> CacheDirectory();

}  // namespace ladder

#endif  // LADDER_BASE_FILE_H_
