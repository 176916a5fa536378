#include "base/text_proto.h"

#include <limits>
#include <memory>
#include <set>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace ladder {
namespace {

using ::google::protobuf::Descriptor;
using ::google::protobuf::EnumDescriptor;
using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::Reflection;
using ::google::protobuf::TextFormat;

// More than any text that a person or this program writes.
constexpr int64_t kMaxTextBytes = int64_t{64} << 20;

// Keeps the first error that a parser finds: the others tend to follow from it.
class FirstError : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    if (!message_.empty()) return;
    line_ = line;
    column_ = column;
    message_ = message;
  }

  const std::string& message() const { return message_; }
  // ":14:3", or nothing if the error has no place. The parser counts from 0.
  std::string Place() const {
    return line_ < 0 ? "" : absl::StrCat(":", line_ + 1, ":", column_ + 1);
  }

 private:
  int line_ = -1;
  int column_ = -1;
  std::string message_;
};

std::string FieldNames(const Descriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.field_count(); ++i) names.push_back(type.field(i)->name());
  return names.empty() ? "no fields" : absl::StrJoin(names, ", ");
}

std::string ValueNames(const EnumDescriptor& type) {
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  return absl::StrJoin(names, ", ");
}

// The type of the first field of this name that is an enum, in `type` and the messages in it.
const EnumDescriptor* FindEnum(const Descriptor& type, absl::string_view field_name,
                               std::set<const Descriptor*>* seen) {
  if (!seen->insert(&type).second) return nullptr;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.enum_type() != nullptr && field.name() == field_name) return field.enum_type();
    if (field.message_type() == nullptr) continue;
    const EnumDescriptor* found = FindEnum(*field.message_type(), field_name, seen);
    if (found != nullptr) return found;
  }
  return nullptr;
}

// The parser's message without its full stop, and what it does not say: which names there are.
// Its wording is no interface; should it change, the hint is missing.
std::string WithHint(absl::string_view error, const Descriptor& root) {
  const std::string problem(absl::StripSuffix(error, "."));
  const std::vector<absl::string_view> pieces = absl::StrSplit(error, '"');
  if (pieces.size() == 5 && pieces[0] == "Message type ") {
    const Descriptor* type = root.file()->pool()->FindMessageTypeByName(std::string(pieces[1]));
    if (type != nullptr) return absl::StrCat(problem, "; it has ", FieldNames(*type));
  }
  if (pieces.size() == 5 && pieces[0] == "Unknown enumeration value of ") {
    std::set<const Descriptor*> seen;
    const EnumDescriptor* type = FindEnum(root, pieces[3], &seen);
    if (type != nullptr) return absl::StrCat(problem, "; allowed are ", ValueNames(*type));
  }
  return problem;
}

// Records the place of every field that is set in `message`, whose own path is `path`.
void RecordFields(const Message& message, const TextFormat::ParseInfoTree& tree,
                  absl::string_view path, absl::string_view file, FieldLocations* locations) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool repeated = field->is_repeated();
    const int size = repeated ? reflection.FieldSize(message, field) : 1;
    TextFormat::ParseLocation place;
    for (int i = 0; i < size; ++i) {
      const int index = repeated ? i : -1;
      const std::string field_path =
          absl::StrCat(JoinField(path, field->name()), repeated ? absl::StrCat("[", i, "]") : "");
      // A list in brackets has one place for all that is in it.
      const TextFormat::ParseLocation found = tree.GetLocation(field, index);
      if (found.line >= 0) place = found;
      if (place.line >= 0) {
        locations->Record(field_path,
                          absl::StrCat(file, ":", place.line + 1, ":", place.column + 1));
      }
      const TextFormat::ParseInfoTree* nested =
          field->message_type() == nullptr ? nullptr : tree.GetTreeForNested(field, index);
      if (nested == nullptr) continue;
      RecordFields(repeated ? reflection.GetRepeatedMessage(message, field, i)
                            : reflection.GetMessage(message, field),
                   *nested, field_path, file, locations);
    }
  }
}

// "an integer from 0 to 4294967295", for a field of numbers, names or truth.
std::string Allowed(const FieldDescriptor& field) {
  const auto integers = [](auto limits) {
    return absl::StrCat("an integer from ", limits.min(), " to ", limits.max());
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return integers(std::numeric_limits<int32_t>());
    case FieldDescriptor::CPPTYPE_INT64:
      return integers(std::numeric_limits<int64_t>());
    case FieldDescriptor::CPPTYPE_UINT32:
      return integers(std::numeric_limits<uint32_t>());
    case FieldDescriptor::CPPTYPE_UINT64:
      return integers(std::numeric_limits<uint64_t>());
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return "a number";
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat("one of ", ValueNames(*field.enum_type()));
    case FieldDescriptor::CPPTYPE_STRING:
      return "text";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return absl::StrCat("{...} with ", FieldNames(*field.message_type()));
  }
  return "";
}

// One field of one message, and which element of it if it is a list, else -1; an element that
// is to be added has the list's size as its index.
struct Target {
  Message* message;
  const FieldDescriptor* field;
  int index;
};

absl::StatusOr<const FieldDescriptor*> NamedField(absl::string_view name, absl::string_view parent,
                                                  const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  const FieldDescriptor* field = type.FindFieldByName(std::string(name));
  if (field != nullptr) return field;
  return absl::InvalidArgumentError(absl::StrCat(parent.empty() ? type.name() : parent,
                                                 " has no field \"", absl::Utf8SafeCEscape(name),
                                                 "\"; it has ", FieldNames(type)));
}

// Finds the field that one piece of a path names: "adam" or "layers[2]". `parent` is the path of
// `message`, for the errors. An element is added to a list only as a whole.
absl::StatusOr<Target> FindField(absl::string_view piece, absl::string_view parent, bool is_whole,
                                 Message* message) {
  const auto error = [](const auto&... what) {
    return absl::InvalidArgumentError(absl::StrCat(what...));
  };
  const size_t bracket = piece.find('[');
  const absl::string_view name = piece.substr(0, bracket);
  const std::string path = JoinField(parent, name);
  LADDER_ASSIGN_OR_RETURN(const FieldDescriptor* field, NamedField(name, parent, *message));
  if (!field->is_repeated()) {
    if (bracket != absl::string_view::npos) return error(path, " is not a list");
    return Target{message, field, -1};
  }
  const int size = message->GetReflection()->FieldSize(*message, field);
  if (size == 0 && !is_whole) return error(path, " is an empty list");
  absl::string_view number = bracket == absl::string_view::npos ? "" : piece.substr(bracket + 1);
  int index = -1;
  if (!absl::ConsumeSuffix(&number, "]") || !absl::SimpleAtoi(number, &index) || index < 0 ||
      index >= size + (is_whole ? 1 : 0)) {
    if (size == 0) return error(path, " is an empty list: write ", path, "[0] to add an element");
    return error(path, " is a list: write ", path, "[0]",
                 size == 1 ? "" : absl::StrCat(" to ", path, "[", size - 1, "]"),
                 is_whole ? absl::StrCat(", or ", path, "[", size, "] to add an element") : "");
  }
  return Target{message, field, index};
}

// How many elements the list has that is named; one without any is an error.
absl::StatusOr<int> ListSize(absl::string_view name, absl::string_view parent,
                             const Message& message) {
  LADDER_ASSIGN_OR_RETURN(const FieldDescriptor* field, NamedField(name, parent, message));
  const std::string path = JoinField(parent, name);
  if (!field->is_repeated())
    return absl::InvalidArgumentError(absl::StrCat(path, " is not a list"));
  const int size = message.GetReflection()->FieldSize(message, field);
  if (size == 0) return absl::InvalidArgumentError(absl::StrCat(path, " is an empty list"));
  return size;
}

// Gives the field a value that is written as in a file, or text.
absl::Status SetValue(const Target& target, absl::string_view path, absl::string_view value) {
  const FieldDescriptor* field = target.field;
  const Reflection& reflection = *target.message->GetReflection();
  const bool repeated = target.index >= 0;
  const bool is_added = repeated && target.index == reflection.FieldSize(*target.message, field);
  if (!repeated) reflection.ClearField(target.message, field);
  // The parser appends to a list: the new element then changes places with the old.
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    if (repeated) {
      reflection.AddString(target.message, field, std::string(value));
    } else {
      reflection.SetString(target.message, field, std::string(value));
    }
  } else {
    FirstError error;
    TextFormat::Parser parser;
    parser.RecordErrorsTo(&error);
    if (!parser.ParseFieldValueFromString(std::string(value), field, target.message)) {
      if (field->message_type() != nullptr && absl::StartsWith(value, "{")) {
        return absl::InvalidArgumentError(error.message().empty()
                                              ? absl::StrCat(path, " has text after its last }")
                                              : WithHint(error.message(), *field->message_type()));
      }
      return absl::InvalidArgumentError(absl::StrCat(path, " must be ", Allowed(*field), ", got \"",
                                                     absl::Utf8SafeCEscape(value), "\""));
    }
  }
  if (repeated && !is_added) {
    const int last = reflection.FieldSize(*target.message, field) - 1;
    reflection.SwapElements(target.message, field, target.index, last);
    reflection.RemoveLast(target.message, field);
  }
  return absl::OkStatus();
}

// Sets what `pieces` name from the message at `parent`, in every element that "[*]" stands for.
absl::Status SetPath(absl::Span<const absl::string_view> pieces, const std::string& parent,
                     absl::string_view value, absl::string_view location, Message* message,
                     FieldLocations* locations) {
  const bool is_last = pieces.size() == 1;
  absl::string_view list = pieces[0];
  if (absl::ConsumeSuffix(&list, "[*]")) {
    LADDER_ASSIGN_OR_RETURN(const int size, ListSize(list, parent, *message));
    for (int i = 0; i < size; ++i) {
      const std::string element = absl::StrCat(list, "[", i, "]");
      std::vector<absl::string_view> rest(pieces.begin(), pieces.end());
      rest[0] = element;
      LADDER_RETURN_IF_ERROR(SetPath(rest, parent, value, location, message, locations));
    }
    return absl::OkStatus();
  }
  LADDER_ASSIGN_OR_RETURN(const Target target, FindField(pieces[0], parent, is_last, message));
  std::string here = JoinField(parent, target.field->name());
  if (target.index >= 0) absl::StrAppend(&here, "[", target.index, "]");
  if (is_last) {
    LADDER_RETURN_IF_ERROR(SetValue(target, here, value));
    locations->Record(here, location);
    return absl::OkStatus();
  }
  if (target.field->message_type() == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(here, " has no fields: it is ", Allowed(*target.field)));
  }
  const Reflection& reflection = *message->GetReflection();
  if (target.index < 0 && !reflection.HasField(*message, target.field)) {
    locations->Record(here, location);
  }
  Message* inner = target.index >= 0
                       ? reflection.MutableRepeatedMessage(message, target.field, target.index)
                       : reflection.MutableMessage(message, target.field);
  return SetPath(pieces.subspan(1), here, value, location, inner, locations);
}

}  // namespace

absl::Status ParseTextProto(absl::string_view text, absl::string_view name, Message* message,
                            FieldLocations* locations) {
  FirstError error;
  TextFormat::ParseInfoTree tree;
  TextFormat::Parser parser;
  parser.RecordErrorsTo(&error);
  parser.WriteLocationsTo(&tree);
  parser.SetRecursionLimit(100);  // of messages in messages, each of which takes room on the stack
  if (!parser.ParseFromString(std::string(text), message)) {
    return absl::InvalidArgumentError(absl::StrCat(
        name, error.Place(), ": ", WithHint(error.message(), *message->GetDescriptor())));
  }
  locations->Record("", name);
  RecordFields(*message, tree, "", name, locations);
  return absl::OkStatus();
}

absl::Status ReadTextProto(absl::string_view path, Message* message, FieldLocations* locations) {
  LADDER_ASSIGN_OR_RETURN(const std::string text, ReadFile(ResolveUserPath(path), kMaxTextBytes));
  return ParseTextProto(text, path, message, locations);
}

absl::Status SetField(absl::string_view assignment, Message* message, FieldLocations* locations) {
  const std::string location = absl::StrCat("--set ", absl::Utf8SafeCEscape(assignment));
  const std::vector<absl::string_view> sides = absl::StrSplit(assignment, absl::MaxSplits('=', 1));
  const std::vector<absl::string_view> pieces = absl::StrSplit(sides[0], '.');
  const absl::Status status = sides.size() == 2
                                  ? SetPath(pieces, "", sides[1], location, message, locations)
                                  : absl::InvalidArgumentError("expected field.path=value");
  if (status.ok()) return status;
  return absl::InvalidArgumentError(absl::StrCat(location, ": ", status.message()));
}

std::string PrintTextProto(const Message& message) {
  TextFormat::Printer printer;
  printer.SetUseUtf8StringEscaping(true);
  std::string text;
  printer.PrintToString(message, &text);
  return text;
}

absl::Status WriteTextProto(const std::string& path, const Message& message) {
  return WriteFileAtomically(path, PrintTextProto(message));
}

}  // namespace ladder
