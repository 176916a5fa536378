#ifndef LADDER_LADDER_CONFIG_FILE_H_
#define LADDER_LADDER_CONFIG_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/text_proto.h"
#include "ladder/experiment.pb.h"

// Configs as files. A file may stand on another, its `base`, of which it only says what is
// different; and it may be a table of variants, each of which only says what tells it from the
// others.

namespace ladder {

// A config, whole: without a base and without variants.
struct Config {
  Experiment experiment;     // not resolved (ladder/resolve.h)
  FieldLocations locations;  // in whichever file spoke last for a field
  std::string name;          // the variant's; else the file's, without folder and .pbtxt
};

// Reads FILE, or the variant NAME of FILE:NAME. A path that is there as it stands is a file, also
// with a colon in it. What MergeOver (base/text_proto.h) lays over each other: the base's fields,
// the file's, the variant's.
//
// Errors name file, line and column: a base that cannot be read or stands on itself, variants
// without a name or with one that another has. Without a NAME, or with one that the file does not
// have, they list the names; kInvalidArgument, as all but what cannot be read at `path` itself.
absl::StatusOr<Config> ReadConfig(const std::string& path);

// The names of the file's variants in the order in which it has them; empty if it has none.
absl::StatusOr<std::vector<std::string>> VariantNames(const std::string& file);

}  // namespace ladder

#endif  // LADDER_LADDER_CONFIG_FILE_H_
