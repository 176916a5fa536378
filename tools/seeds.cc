#include "tools/seeds.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace ladder {
namespace {

constexpr uint64_t kMaxSeeds = 1000;  // what only a slip of the finger exceeds

absl::Status Error(absl::string_view text, absl::string_view problem) {
  return absl::InvalidArgumentError(
      absl::StrCat("--seeds=", text, ": ", problem,
                   "; allowed are whole numbers from 0 and ranges, such as 1..10 or 1..3,8"));
}

}  // namespace

absl::StatusOr<std::vector<uint64_t>> ParseSeeds(absl::string_view text) {
  std::vector<uint64_t> seeds;
  for (const absl::string_view item : absl::StrSplit(text, ',')) {
    const std::vector<absl::string_view> ends = absl::StrSplit(item, absl::MaxSplits("..", 1));
    uint64_t first, last;
    if (!absl::SimpleAtoi(ends.front(), &first) || !absl::SimpleAtoi(ends.back(), &last)) {
      return Error(text, absl::StrCat("\"", item, "\" is neither a seed nor a range"));
    }
    if (first > last) return Error(text, absl::StrCat(item, " runs backwards"));
    if (last - first >= kMaxSeeds - seeds.size()) {
      return Error(text, absl::StrCat("more than ", kMaxSeeds, " seeds"));
    }
    for (uint64_t seed = first; seeds.size() < kMaxSeeds; ++seed) {
      if (std::find(seeds.begin(), seeds.end(), seed) != seeds.end()) {
        return Error(text, absl::StrCat(seed, " is there twice"));
      }
      seeds.push_back(seed);
      if (seed == last) break;
    }
  }
  return seeds;
}

std::string FormatSeeds(absl::Span<const uint64_t> seeds) {
  std::string text;
  for (size_t i = 0; i < seeds.size();) {
    size_t last = i;
    while (last + 1 < seeds.size() && seeds[last + 1] == seeds[last] + 1) ++last;
    if (last < i + 2) last = i;
    absl::StrAppend(&text, i ? "," : "", seeds[i]);
    if (last > i) absl::StrAppend(&text, "..", seeds[last]);
    i = last + 1;
  }
  return text;
}

}  // namespace ladder
