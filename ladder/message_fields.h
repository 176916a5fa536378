#ifndef LADDER_LADDER_MESSAGE_FIELDS_H_
#define LADDER_LADDER_MESSAGE_FIELDS_H_

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "ladder/field_check.h"

// What is done to all fields of a config alike.

namespace ladder {

// The names of the fields of which one is to be set: "a, b, c".
std::string MemberNames(const google::protobuf::Message& message, const std::string& oneof);

// An error if a text at or below `path` is empty or has a zero byte: every text of the schema names
// something, such as a file or a column.
absl::Status CheckTexts(const google::protobuf::Message& message, const std::string& path,
                        const FieldCheck& check);

// Sets each field that has a default and is not set, in this message and those in it.
void WriteDefaults(google::protobuf::Message* message);

// Makes relative the paths of files (is_path in data.proto) absolute, in this message and those in
// it, as the person who typed the command meant them: a run may be resumed or evaluated from
// another folder.
void MakePathsAbsolute(google::protobuf::Message* message);

}  // namespace ladder

#endif  // LADDER_LADDER_MESSAGE_FIELDS_H_
