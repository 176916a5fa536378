#ifndef LADDER_TOOLS_JSON_FLAG_H_
#define LADDER_TOOLS_JSON_FLAG_H_

#include <string>

#include "absl/status/status.h"

// The flag --json=FILE of programs that print a result.

namespace ladder {

// Writes the result to the file that --json names, if it names one.
absl::Status WriteJsonFile(const std::string& json);

}  // namespace ladder

#endif  // LADDER_TOOLS_JSON_FLAG_H_
