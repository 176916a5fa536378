#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "google/protobuf/descriptor.h"

namespace ladder {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::OneofDescriptor;
using ::google::protobuf::Reflection;

// Where a field of a oneof is to be set, clears another member.
void ClearOtherMember(const FieldDescriptor& field, absl::string_view path, Message* message,
                      FieldLocations* locations) {
  const OneofDescriptor* oneof = field.containing_oneof();
  if (oneof == nullptr) return;
  const Reflection& reflection = *message->GetReflection();
  const FieldDescriptor* other = reflection.GetOneofFieldDescriptor(*message, oneof);
  if (other == nullptr || other == &field) return;
  locations->Forget(JoinField(path, other->name()));
  reflection.ClearOneof(message, oneof);
}

// Lays `patch`, which is used up, over the message at `path`. Of the places, only forgets those of
// what goes.
void Merge(absl::string_view path, Message* patch, Message* message, FieldLocations* locations) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*patch, &fields);
  for (const FieldDescriptor* field : fields) {
    ClearOtherMember(*field, path, message, locations);
    const std::string here = JoinField(path, field->name());
    if (field->message_type() == nullptr) {
      locations->Forget(here);
      reflection.SwapFields(patch, message, {field});
    } else if (!field->is_repeated()) {
      Merge(here, reflection.MutableMessage(patch, field),
            reflection.MutableMessage(message, field), locations);
    } else {
      for (int i = 0; i < reflection.FieldSize(*patch, field); ++i) {
        Merge(absl::StrCat(here, "[", i, "]"), reflection.MutableRepeatedMessage(patch, field, i),
              i < reflection.FieldSize(*message, field)
                  ? reflection.MutableRepeatedMessage(message, field, i)
                  : reflection.AddMessage(message, field),
              locations);
      }
    }
  }
}

}  // namespace

void MergeOver(const Message& patch, const FieldLocations& patch_locations, Message* message,
               FieldLocations* locations) {
  const std::unique_ptr<Message> used_up(patch.New());
  used_up->CopyFrom(patch);
  Merge("", used_up.get(), message, locations);
  locations->Add("", patch_locations);
}

}  // namespace ladder
