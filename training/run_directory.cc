#include "training/run_directory.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "training/checkpoint.h"

namespace ladder {

namespace {

namespace fs = std::filesystem;

// What is written before the config, which makes a folder a run.
constexpr std::array<absl::string_view, 8> kBeginnings = {
    "lock",     "run.json",   "labeled_indices.txt",        "command.txt", "whitening.safetensors",
    "rows.csv", "data.pbtxt", "standardization.safetensors"};
// So many of them, from the first on, have names that no file of a user's is likely to have: a
// folder must hold one of these before anything in it is taken for ours.
constexpr size_t kNumOwn = 4;

// Without what WriteFileAtomically adds to the name of its temporary file.
absl::string_view WithoutTemporary(absl::string_view name) {
  const size_t at = name.rfind(".tmp");
  if (at == absl::string_view::npos || at + 4 == name.size() ||
      name.find_first_not_of("0123456789", at + 4) != absl::string_view::npos) {
    return name;
  }
  return name.substr(0, at);
}

bool IsTemporary(absl::string_view name) { return WithoutTemporary(name) != name; }

absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot read ", path));
  return names;
}

absl::Status Delete(const std::string& path) {
  std::error_code error;
  fs::remove(path, error);
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot delete ", path));
}

// Whether the folder, which is not empty, has only what a run left that ended before its config.
bool IsBeginning(const std::string& path, const std::vector<std::string>& names) {
  bool is_own = false;
  for (const std::string& name : names) {
    const absl::string_view file = WithoutTemporary(name);
    const auto found = std::find(kBeginnings.begin(), kBeginnings.end(), file);
    std::error_code error;
    const bool is_known =
        found != kBeginnings.end() || (file == "config.pbtxt" && IsTemporary(name));
    const bool is_file = fs::is_regular_file(fs::symlink_status(JoinPath(path, name), error));
    const bool is_empty_folder =
        name == "checkpoints" && fs::is_empty(JoinPath(path, name), error) && !error;
    if (!is_empty_folder && !(is_known && is_file)) return false;
    is_own = is_own || (is_known && found < kBeginnings.begin() + kNumOwn);
  }
  return is_own;
}

}  // namespace

absl::Status RunDirectory::TakeLock() {
  LADDER_ASSIGN_OR_RETURN(lock_, RunLock::Take(lock()));
  return absl::OkStatus();
}

absl::StatusOr<RunDirectory> RunDirectory::Create(const std::string& path) {
  RunDirectory run(path);
  LADDER_RETURN_IF_ERROR(CreateDirectories(path));
  const auto refuse_run = [&] {
    if (!IsRun(path)) return absl::OkStatus();
    return absl::AlreadyExistsError(
        absl::StrCat(path, " already holds a run", run.IsFinished() ? ", a finished one" : "",
                     ": resume it, delete it, or choose another folder"));
  };
  LADDER_RETURN_IF_ERROR(refuse_run());
  LADDER_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path));
  if (!names.empty() && !IsBeginning(path, names)) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is not empty and holds no run: choose another folder"));
  }
  if (access(path.c_str(), W_OK | X_OK) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write to the folder ", path));
  }
  LADDER_RETURN_IF_ERROR(run.TakeLock());
  // Another process may have been faster.
  LADDER_RETURN_IF_ERROR(refuse_run());
  for (const std::string& name : names) {
    if (name != "lock") LADDER_RETURN_IF_ERROR(Delete(JoinPath(path, name)));
  }
  return run;
}

absl::StatusOr<RunDirectory> RunDirectory::Resume(const std::string& path) {
  if (!IsRun(path)) {
    const absl::StatusOr<std::vector<std::string>> names = NamesIn(path);
    if (names.ok() && (names->empty() || IsBeginning(path, *names))) return Create(path);
  }
  LADDER_ASSIGN_OR_RETURN(RunDirectory run, Open(path));
  LADDER_RETURN_IF_ERROR(run.TakeLock());
  return run;
}

absl::Status RunDirectory::DeleteLeftovers() const {
  LADDER_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(path_));
  for (const std::string& name : names) {
    if (IsTemporary(name)) LADDER_RETURN_IF_ERROR(Delete(JoinPath(path_, name)));
  }
  LADDER_RETURN_IF_ERROR(Delete(failure()));
  LADDER_RETURN_IF_ERROR(DeleteIncompleteCheckpoints(best_checkpoint()));
  return DeleteIncompleteCheckpoints(checkpoints());
}

bool RunDirectory::IsRun(const std::string& path) {
  std::error_code error;
  return fs::exists(RunDirectory(path).config(), error);
}

bool RunDirectory::IsFinished() const {
  std::error_code error;
  return fs::exists(finished(), error) || fs::exists(evaluation(), error);
}

absl::Status RunDirectory::DeleteResults() const {
  for (const std::string& path : {finished(), evaluation(), validation()}) {
    LADDER_RETURN_IF_ERROR(Delete(path));
  }
  return absl::OkStatus();
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
