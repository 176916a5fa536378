#include "data/fetched_files.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace ladder {

absl::StatusOr<std::string> FetchedDirectory(absl::string_view name, const std::string& directory) {
  if (!directory.empty()) return directory;
  LADDER_ASSIGN_OR_RETURN(const std::string cache, CacheDirectory());
  return JoinPath(cache, name);
}

absl::Status WithFetchCommand(const absl::Status& status, absl::string_view name,
                              const std::string& directory) {
  if (!absl::IsNotFound(status)) return status;
  return absl::NotFoundError(
      absl::StrCat(status.message(), "; to fetch it: bazel run //tools:fetch_data -- ", name,
                   directory.empty() ? "" : absl::StrCat(" --dir=", directory)));
}

}  // namespace ladder
