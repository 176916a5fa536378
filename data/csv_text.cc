#include "data/csv_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace ladder {

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

absl::Status CheckStart(absl::string_view text, absl::string_view name) {
  // Of zip files, as .xlsx and .ods are, and of the older .xls.
  if (absl::StartsWith(text, "PK\x03\x04") || absl::StartsWith(text, "\xD0\xCF\x11\xE0")) {
    return absl::DataLossError(absl::StrCat(
        name, ": a spreadsheet, or another packed file, by its first bytes; save it as CSV"));
  }
  if (absl::StartsWith(text, "\xFF\xFE") || absl::StartsWith(text, "\xFE\xFF")) {
    return absl::DataLossError(absl::StrCat(name, ":1:1: the text is UTF-16; expected UTF-8"));
  }
  return absl::OkStatus();
}

size_t Utf8Size(absl::string_view text) {
  size_t size = 0;
  while (size < text.size()) {
    // Most text is ASCII: eight bytes at a time.
    uint64_t bytes = 0;
    if (size + sizeof(bytes) <= text.size()) {
      std::memcpy(&bytes, text.data() + size, sizeof(bytes));
      if ((bytes & 0x8080808080808080) == 0) {
        size += sizeof(bytes);
        continue;
      }
    }
    const auto byte = static_cast<unsigned char>(text[size]);
    const size_t length = byte < 0x80                   ? 1
                          : byte >= 0xC2 && byte < 0xE0 ? 2
                          : (byte & 0xF0) == 0xE0       ? 3
                          : (byte & 0xF8) == 0xF0       ? 4
                                                        : 0;
    if (length == 0 || length > text.size() - size) break;
    const absl::string_view rest = text.substr(size + 1, length - 1);
    if (std::any_of(rest.begin(), rest.end(), [](char c) { return (c & 0xC0) != 0x80; })) break;
    size += length;
  }
  return size;
}

std::string ShownText(absl::string_view text) {
  constexpr size_t kMaxShown = 40;
  if (text.empty()) return "nothing";
  // Not inside a character of several bytes.
  size_t size = std::min(text.size(), kMaxShown);
  while (size > 0 && size < text.size() && (text[size] & 0xC0) == 0x80) --size;
  const absl::string_view shown = text.substr(0, size);
  return absl::StrCat(
      Utf8Size(shown) == shown.size() ? absl::Utf8SafeCEscape(shown) : absl::CEscape(shown),
      size < text.size() ? "..." : "");
}

}  // namespace ladder
