#include "base/field_rules.h"

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/field_rules.pb.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"

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

bool IsFinite(double value) { return std::abs(value) <= std::numeric_limits<float>::max(); }

// What the field's range allows: "from 1 to 256", "in [0, 1)"; empty if it allows everything.
std::string Allowed(const FieldDescriptor& field) {
  const google::protobuf::FieldOptions& options = field.options();
  const bool has_low = options.HasExtension(at_least), has_open_low = options.HasExtension(above);
  const bool has_high = options.HasExtension(at_most), has_open_high = options.HasExtension(below);
  const bool is_bounded = (has_low || has_open_low) && (has_high || has_open_high);
  const bool is_fraction = field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE;
  const auto text = [&](double bound) {
    return is_fraction ? absl::StrCat(bound) : absl::StrCat(static_cast<int64_t>(bound));
  };
  const std::string low =
      text(has_low ? options.GetExtension(at_least) : options.GetExtension(above));
  const std::string high =
      text(has_high ? options.GetExtension(at_most) : options.GetExtension(below));
  if (is_bounded && !is_fraction && has_low && has_high) {
    return absl::StrCat("from ", low, " to ", high);
  }
  if (is_bounded) {
    return absl::StrCat("in ", has_low ? "[" : "(", low, ", ", high, has_high ? "]" : ")");
  }
  const std::string one_side = has_low         ? absl::StrCat("at least ", low)
                               : has_open_low  ? absl::StrCat("above ", low)
                               : has_high      ? absl::StrCat("at most ", high)
                               : has_open_high ? absl::StrCat("below ", high)
                                               : "";
  // What is computed with is a 32-bit float, in which large numbers are infinite and small ones 0.
  return one_side.empty() || !is_fraction ? one_side : one_side + " and finite as a 32-bit float";
}

// Whether a number, none of which compares with NaN, is in the field's range.
bool IsInRange(const FieldDescriptor& field, double value) {
  const google::protobuf::FieldOptions& options = field.options();
  const bool is_fraction = field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE;
  const double least_step = is_fraction ? std::numeric_limits<float>::min() : 1;
  const auto keeps = [&options](const auto& rule, const auto& holds) {
    return !options.HasExtension(rule) || holds(options.GetExtension(rule));
  };
  return IsFinite(value) && keeps(at_least, [&](double low) { return value >= low; }) &&
         keeps(above, [&](double low) { return value - low >= least_step; }) &&
         keeps(at_most, [&](double high) { return value <= high; }) &&
         keeps(below, [&](double high) { return value < high; });
}

// A number in a list if `index` is not -1: its value and how it is written.
struct Number {
  double value;
  std::string text;
};
Number GetNumber(const Message& message, const FieldDescriptor* field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const auto number = [](auto value) {
    return Number{static_cast<double>(value), absl::StrCat(value)};
  };
  const bool is_list = index >= 0;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return number(is_list ? reflection.GetRepeatedInt32(message, field, index)
                            : reflection.GetInt32(message, field));
    case FieldDescriptor::CPPTYPE_INT64:
      return number(is_list ? reflection.GetRepeatedInt64(message, field, index)
                            : reflection.GetInt64(message, field));
    default:
      LADDER_CHECK(field->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE);
      return number(is_list ? reflection.GetRepeatedDouble(message, field, index)
                            : reflection.GetDouble(message, field));
  }
}

// Of a list the element `index`, which is -1 of what is none.
absl::Status CheckValue(const Message& message, const FieldDescriptor* field, int index,
                        const std::string& path, const FieldCheck& check) {
  const Reflection& reflection = *message.GetReflection();
  if (field->message_type() != nullptr) {
    return CheckFieldRules(index >= 0 ? reflection.GetRepeatedMessage(message, field, index)
                                      : reflection.GetMessage(message, field),
                           path, check);
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    return CheckText(index >= 0 ? reflection.GetRepeatedString(message, field, index)
                                : reflection.GetString(message, field),
                     path, check);
  }
  const std::string allowed = Allowed(*field);
  if (allowed.empty()) return absl::OkStatus();
  const Number number = GetNumber(message, field, index);
  return check.Require(IsInRange(*field, number.value), path, allowed, number.text);
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

absl::Status CheckFieldRules(const Message& message, const std::string& path,
                             const FieldCheck& check) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const std::string field_path = JoinField(path, field->name());
    const bool is_list = field->is_repeated();
    const int size = is_list ? reflection.FieldSize(message, field)
                             : static_cast<int>(reflection.HasField(message, field));
    if (field->options().GetExtension(required)) {
      LADDER_RETURN_IF_ERROR(check.Present(size > 0, field_path));
    }
    for (int k = 0; k < size; ++k) {
      LADDER_RETURN_IF_ERROR(
          CheckValue(message, field, is_list ? k : -1,
                     is_list ? absl::StrCat(field_path, "[", k, "]") : field_path, check));
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
