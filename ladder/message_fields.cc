#include "ladder/message_fields.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "ladder/data.pb.h"

namespace ladder {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::OneofDescriptor;
using ::google::protobuf::Reflection;
using ::google::protobuf::TextFormat;

namespace {

absl::Status CheckText(const std::string& text, const std::string& path, const FieldCheck& check) {
  if (text.empty()) return check.Error(path, "is empty");
  if (text.find('\0') != std::string::npos) return check.Error(path, "has a zero byte in it");
  return absl::OkStatus();
}

std::string Absolute(const std::string& typed) {
  std::error_code error;
  const std::string path = ResolveUserPath(typed);
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.string();  // without a working folder, reading tells
}

}  // namespace

std::string MemberNames(const Message& message, const std::string& oneof) {
  const OneofDescriptor* descriptor = message.GetDescriptor()->FindOneofByName(oneof);
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->field_count(); ++i) names.push_back(descriptor->field(i)->name());
  return absl::StrJoin(names, ", ");
}

absl::Status CheckTexts(const Message& message, const std::string& path, const FieldCheck& check) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string field_path = absl::StrCat(path, path.empty() ? "" : ".", field->name());
    const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (field->is_repeated()) {
      // A list of messages is that of layers: no text.
      for (int i = 0; is_text && i < reflection.FieldSize(message, field); ++i) {
        LADDER_RETURN_IF_ERROR(CheckText(reflection.GetRepeatedString(message, field, i),
                                         absl::StrCat(field_path, "[", i, "]"), check));
      }
    } else if (field->message_type() != nullptr) {
      LADDER_RETURN_IF_ERROR(CheckTexts(reflection.GetMessage(message, field), field_path, check));
    } else if (is_text) {
      LADDER_RETURN_IF_ERROR(CheckText(reflection.GetString(message, field), field_path, check));
    }
  }
  return absl::OkStatus();
}

void WriteDefaults(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (field->is_repeated()) {
      if (field->message_type() == nullptr) continue;
      for (int k = 0; k < reflection.FieldSize(*message, field); ++k) {
        WriteDefaults(reflection.MutableRepeatedMessage(message, field, k));
      }
    } else if (reflection.HasField(*message, field)) {
      if (field->message_type() == nullptr) continue;
      WriteDefaults(reflection.MutableMessage(message, field));
    } else if (field->has_default_value()) {
      // Through text, which is the same code for every type, and exact.
      std::string value;
      TextFormat::PrintFieldValueToString(*message, field, -1, &value);
      TextFormat::ParseFieldValueFromString(value, field, message);
    }
  }
}

void MakePathsAbsolute(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(*message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->message_type() != nullptr) {
      if (!field->is_repeated()) MakePathsAbsolute(reflection.MutableMessage(message, field));
    } else if (!field->options().GetExtension(is_path)) {
      continue;
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(*message, field); ++i) {
        reflection.SetRepeatedString(message, field, i,
                                     Absolute(reflection.GetRepeatedString(*message, field, i)));
      }
    } else {
      reflection.SetString(message, field, Absolute(reflection.GetString(*message, field)));
    }
  }
}

}  // namespace ladder
