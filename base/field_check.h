#ifndef LADDER_BASE_FIELD_CHECK_H_
#define LADDER_BASE_FIELD_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/field_locations.h"

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

 private:
  const FieldLocations& locations_;
};

}  // namespace ladder

#endif  // LADDER_BASE_FIELD_CHECK_H_
