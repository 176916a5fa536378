#include "data/csv_text.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace ladder {

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

bool IsUtf8(absl::string_view text) {
  int rest = 0;  // bytes that a character still has
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (rest > 0) {
      if ((byte & 0xC0) != 0x80) return false;
      --rest;
    } else if (byte >= 0x80) {
      rest = byte >= 0xC2 && byte < 0xE0 ? 1
             : (byte & 0xF0) == 0xE0     ? 2
             : (byte & 0xF8) == 0xF0     ? 3
                                         : 0;
      if (rest == 0) return false;
    }
  }
  return rest == 0;
}

std::string ShownText(absl::string_view text) {
  constexpr size_t kMaxShown = 40;
  if (text.empty()) return "nothing";
  // Not inside a character of several bytes.
  size_t size = std::min(text.size(), kMaxShown);
  while (size > 0 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;
  const absl::string_view shown = text.substr(0, size);
  return absl::StrCat(IsUtf8(shown) ? absl::Utf8SafeCEscape(shown) : absl::CEscape(shown),
                      size < text.size() ? "..." : "");
}

}  // namespace ladder
