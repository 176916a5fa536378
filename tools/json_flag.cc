#include "tools/json_flag.h"

#include "absl/flags/flag.h"
#include "base/file.h"

ABSL_FLAG(std::string, json, "", "A file for the result as JSON.");

namespace ladder {

absl::Status WriteJsonFile(const std::string& json) {
  const std::string path = absl::GetFlag(FLAGS_json);
  return path.empty() ? absl::OkStatus() : WriteFileAtomically(ResolveUserPath(path), json);
}

}  // namespace ladder
