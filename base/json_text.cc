#include "base/json_text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxColumns = 100;

std::string Plain(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

// `separator` stands between items, and `open` and `close` around them if there are any.
template <class ItemText>
std::string Items(const Json& json, const std::string& open, const std::string& separator,
                  const std::string& close, ItemText item_text) {
  std::string text;
  for (auto item = json.begin(); item != json.end(); ++item) {
    absl::StrAppend(&text, item == json.begin() ? open : separator,
                    json.is_object() ? absl::StrCat(Plain(item.key()), ": ") : "",
                    item_text(*item));
  }
  if (!json.empty()) absl::StrAppend(&text, close);
  return json.is_object() ? absl::StrCat("{", text, "}") : absl::StrCat("[", text, "]");
}

std::string OneLine(const Json& json) {
  return json.is_structured() ? Items(json, "", ", ", "", OneLine) : Plain(json);
}

std::string Lines(const Json& json, const std::string& indent) {
  const std::string inner = indent + "  ";
  return Items(json, "\n" + inner, ",\n" + inner, "\n" + indent, [&inner](const Json& item) {
    std::string line = OneLine(item);
    const bool is_flat = std::none_of(item.begin(), item.end(),
                                      [](const Json& value) { return value.is_structured(); });
    return is_flat || inner.size() + line.size() <= kMaxColumns ? line : Lines(item, inner);
  });
}

}  // namespace

std::string JsonText(const Json& json) {
  return (json.is_structured() ? Lines(json, "") : Plain(json)) + "\n";
}

}  // namespace ladder
