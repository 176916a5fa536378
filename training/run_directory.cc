#include "training/run_directory.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace ladder {

namespace fs = std::filesystem;

absl::StatusOr<RunDirectory> RunDirectory::Create(const std::string& path) {
  RunDirectory run(path);
  LADDER_RETURN_IF_ERROR(CreateDirectories(path));
  std::error_code error;
  if (IsRun(path)) {
    return absl::AlreadyExistsError(absl::StrCat(
        path, " already holds a run", fs::exists(run.evaluation(), error) ? ", a finished one" : "",
        ": resume it, delete it, or choose another folder"));
  }
  const bool is_empty = fs::is_empty(path, error);
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot read ", path));
  if (!is_empty) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is not empty and holds no run: choose another folder"));
  }
  if (access(path.c_str(), W_OK | X_OK) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write to the folder ", path));
  }
  return run;
}

bool RunDirectory::IsRun(const std::string& path) {
  std::error_code error;
  return fs::exists(RunDirectory(path).config(), error);
}

absl::StatusOr<RunDirectory> RunDirectory::Open(const std::string& path) {
  RunDirectory run(path);
  // Opening says more than asking whether it exists: no permission, a file in the way.
  const absl::StatusOr<std::string> config = ReadFile(run.config());
  if (!config.ok()) {
    return absl::Status(config.status().code(),
                        absl::StrCat(path, " holds no run: ", config.status().message()));
  }
  return run;
}

}  // namespace ladder
