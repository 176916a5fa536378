#ifndef LADDER_TOOLS_SEEDS_H_
#define LADDER_TOOLS_SEEDS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ladder {

// Reads the value of --seeds: numbers and ranges, "1..10", "1,3,7" or "1..3,8". Each at most once.
absl::StatusOr<std::vector<uint64_t>> ParseSeeds(absl::string_view text);

// The same text from ascending seeds: three or more in a row are a range.
std::string FormatSeeds(absl::Span<const uint64_t> seeds);

}  // namespace ladder

#endif  // LADDER_TOOLS_SEEDS_H_
