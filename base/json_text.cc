#include "base/json_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

std::string Plain(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

void Append(const Json& json, const std::string& indent, std::string* text) {
  if (!json.is_structured()) {
    absl::StrAppend(text, Plain(json));
    return;
  }
  const bool is_object = json.is_object();
  const bool in_one_line = std::none_of(json.begin(), json.end(),
                                        [](const Json& value) { return value.is_structured(); });
  const std::string inner = indent + "  ";
  absl::StrAppend(text, is_object ? "{" : "[");
  const char* separator = "";
  for (auto item = json.begin(); item != json.end(); ++item) {
    absl::StrAppend(text, separator);
    if (!in_one_line) absl::StrAppend(text, "\n", inner);
    if (is_object) absl::StrAppend(text, Plain(item.key()), ": ");
    Append(*item, inner, text);
    separator = in_one_line ? ", " : ",";
  }
  if (!in_one_line) absl::StrAppend(text, "\n", indent);
  absl::StrAppend(text, is_object ? "}" : "]");
}

}  // namespace

std::string JsonText(const Json& json) {
  std::string text;
  Append(json, "", &text);
  return text + "\n";
}

}  // namespace ladder
