#ifndef LADDER_DATA_FETCHED_FILES_H_
#define LADDER_DATA_FETCHED_FILES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Data sets that tools/fetch_data fetches, by the names that it knows.

namespace ladder {

// `directory`; if that is empty, where fetch_data puts the files of the set `name`.
absl::StatusOr<std::string> FetchedDirectory(absl::string_view name, const std::string& directory);

// The error of a reader; if a file was not there, with the command that fetches it.
absl::Status WithFetchCommand(const absl::Status& status, absl::string_view name,
                              const std::string& directory);

}  // namespace ladder

#endif  // LADDER_DATA_FETCHED_FILES_H_
