#ifndef LADDER_BASE_TEXT_PROTO_H_
#define LADDER_BASE_TEXT_PROTO_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/field_locations.h"
#include "google/protobuf/message.h"

// Messages as text that people write, with errors that say where:
//
//   Experiment experiment;
//   FieldLocations locations;
//   LADDER_RETURN_IF_ERROR(ReadTextProto("configs/x.pbtxt", &experiment, &locations));
//   LADDER_RETURN_IF_ERROR(SetField("training.num_epochs=3", &experiment, &locations));
//   if (...) return locations.Error("model.layers[2].units", "must be positive, got -5");
//
// Field paths are those of FieldLocations. Every error is one line.

namespace ladder {

// Reads `text` into `message`, whose former content is lost. Errors call the text `name`. Neither a
// field that is not in the schema is accepted nor one that is written twice.
absl::Status ParseTextProto(absl::string_view text, absl::string_view name,
                            google::protobuf::Message* message, FieldLocations* locations);

// The same of a file. A relative path starts where the person typed it (ResolveUserPath).
absl::Status ReadTextProto(absl::string_view path, google::protobuf::Message* message,
                           FieldLocations* locations);

// Changes one field, as the flag --set of a program does: "training.adam.learning_rate=0.001",
// "model.layers[2].activation=RELU". Values are written as in a file, but text stands without
// quotes. A message is replaced by "field={...}"; those above the field are made where they are
// missing, and of a oneof the last member set remains. An element is added to a list as a whole, at
// its end: "ratings[2]=5" of a list of two. "layers[*].noise_stddev=0.2" changes all elements of a
// list, which has one at least.
//
// After an error the message may be half changed.
absl::Status SetField(absl::string_view assignment, google::protobuf::Message* message,
                      FieldLocations* locations);

// Lays `patch` over `message`, of the same type. Fields that are set in it replace those of the
// message; messages are merged field by field, and lists of messages place by place, where those
// that the message does not have are added at the end. Other lists are replaced as a whole. Of a
// oneof the patch's member remains, and nothing of another. The place of a field becomes that in
// the patch if it is set there.
void MergeOver(const google::protobuf::Message& patch, const FieldLocations& patch_locations,
               google::protobuf::Message* message, FieldLocations* locations);

// The text of a message: the same text for equal messages, and an equal message from the text.
std::string PrintTextProto(const google::protobuf::Message& message);

// Writes that text to a file, whole or not at all.
absl::Status WriteTextProto(const std::string& path, const google::protobuf::Message& message);

}  // namespace ladder

#endif  // LADDER_BASE_TEXT_PROTO_H_
