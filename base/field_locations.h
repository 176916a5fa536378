#ifndef LADDER_BASE_FIELD_LOCATIONS_H_
#define LADDER_BASE_FIELD_LOCATIONS_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ladder {

// The path of the field `name` of the message at `parent`: "training.adam". That of the outermost
// message is "".
std::string JoinField(absl::string_view parent, absl::string_view name);

// Where each field of a message was written. A field path is the names from the outermost message
// down, with a number from 0 in a list: "model.layers[2].units".
class FieldLocations {
 public:
  // kInvalidArgument, "configs/x.pbtxt:14:3: model.layers[2].units must be positive, got -5", with
  // the field's Place.
  absl::Status Error(absl::string_view field_path, absl::string_view problem) const;

  // "configs/x.pbtxt:14:3". The place of a list is that of its first element, that of a field that
  // was not written that of the innermost message around it that was; without any, the file; "" if
  // there is none.
  std::string Place(absl::string_view field_path) const;

  // Names the place where a field has got its value. What was written inside an earlier value of it
  // is forgotten.
  void Record(absl::string_view field_path, absl::string_view location);

  // Forgets the place of a field and of all that is in it.
  void Forget(absl::string_view field_path);

  // Takes the places of `later`, whose paths start from the message at `field_path`, in addition,
  // in the place of those of the same fields here.
  void Add(absl::string_view field_path, const FieldLocations& later);

  // The places of what is in the message at `field_path`, with paths that start from it.
  FieldLocations Within(absl::string_view field_path) const;

 private:
  std::map<std::string, std::string, std::less<>> locations_;  // by field path
};

}  // namespace ladder

#endif  // LADDER_BASE_FIELD_LOCATIONS_H_
