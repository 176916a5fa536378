#ifndef LADDER_TRAINING_STRICT_JSON_H_
#define LADDER_TRAINING_STRICT_JSON_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace ladder {

// Reads a JSON object out of a file that is not to be trusted: besides wrong syntax, an error is a
// key that stands twice in an object, nesting of more than `max_depth` levels, and anything but
// white space behind the object. Messages give the byte; the text starts at `first_byte`.
absl::StatusOr<nlohmann::json> ParseStrictJsonObject(absl::string_view text, int max_depth,
                                                     int64_t first_byte);

}  // namespace ladder

#endif  // LADDER_TRAINING_STRICT_JSON_H_
