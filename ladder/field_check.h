#ifndef LADDER_LADDER_FIELD_CHECK_H_
#define LADDER_LADDER_FIELD_CHECK_H_

#include <cmath>
#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/text_proto.h"

namespace ladder {

// Checks values of fields: ok, or an error that says where the field was written, what is allowed
// and what it is. `path` is the field's path.
class FieldCheck {
 public:
  // Used while `locations` lives.
  explicit FieldCheck(const FieldLocations* locations) : locations_(*locations) {}

  absl::Status Error(absl::string_view path, absl::string_view problem) const {
    return locations_.Error(path, problem);
  }

  // "PATH must be ALLOWED, got VALUE" unless `is_allowed`.
  template <class T>
  absl::Status Require(bool is_allowed, absl::string_view path, absl::string_view allowed,
                       const T& value) const {
    if (is_allowed) return absl::OkStatus();
    return Error(path, absl::StrCat("must be ", allowed, ", got ", value));
  }

  absl::Status Present(bool has, absl::string_view path) const {
    return has ? absl::OkStatus() : Error(path, "is missing");
  }
  absl::Status AtLeast(int64_t lowest, absl::string_view path, int64_t value) const {
    return Require(value >= lowest, path, absl::StrCat("at least ", lowest), value);
  }
  absl::Status Between(int64_t lowest, int64_t highest, absl::string_view path,
                       int64_t value) const {
    return Require(lowest <= value && value <= highest, path,
                   absl::StrCat("from ", lowest, " to ", highest), value);
  }
  // What is computed with is a 32-bit float, in which large numbers are infinite and small ones 0.
  absl::Status NotNegative(absl::string_view path, double value) const {
    return Require(value >= 0 && IsFinite(value), path, "at least 0 and finite as a 32-bit float",
                   value);
  }
  absl::Status Positive(absl::string_view path, double value) const {
    return Require(value >= std::numeric_limits<float>::min() && IsFinite(value), path,
                   "above 0 and finite as a 32-bit float", value);
  }

 private:
  static bool IsFinite(double value) {
    return std::abs(value) <= std::numeric_limits<float>::max();
  }

  const FieldLocations& locations_;
};

}  // namespace ladder

#endif  // LADDER_LADDER_FIELD_CHECK_H_
