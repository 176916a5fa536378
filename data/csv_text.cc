#include "data/csv_text.h"

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace ladder {

std::string CsvField(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) return std::string(text);
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string ShownText(absl::string_view text) {
  constexpr size_t kMaxShown = 40;
  if (text.empty()) return "nothing";
  return absl::StrCat(absl::CEscape(text.substr(0, kMaxShown)),
                      text.size() > kMaxShown ? "..." : "");
}

}  // namespace ladder
