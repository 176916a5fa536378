#ifndef LADDER_BASE_FIELD_RULES_H_
#define LADDER_BASE_FIELD_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "base/field_check.h"
#include "google/protobuf/message.h"

// What is done to all fields of a message alike, by what its schema says of them
// (base/field_rules.proto).

namespace ladder {

// An error, the first only, if a field at or below `path` does not keep to its rules, or a text is
// empty or has a zero byte: every text names something, such as a file or a column. Defaults are
// not checked.
absl::Status CheckFieldRules(const google::protobuf::Message& message, const std::string& path,
                             const FieldCheck& check);

// The names of the fields of which one is to be set: "a, b, c".
std::string MemberNames(const google::protobuf::Message& message, const std::string& oneof);

// Sets each field that has a default and is not set, in this message and those in it.
void WriteDefaults(google::protobuf::Message* message);

// Makes relative the paths of files (is_path) absolute, in this message and those in it, as the
// person who typed the command meant them: a run may be resumed or evaluated from another folder.
void MakePathsAbsolute(google::protobuf::Message* message);

}  // namespace ladder

#endif  // LADDER_BASE_FIELD_RULES_H_
