#include "base/text_table.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace ladder {

std::string TextTable(const std::vector<std::vector<std::string>>& rows,
                      absl::string_view alignment) {
  LADDER_CHECK(!alignment.empty()) << "no alignment";
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - row[i].size(), ' ');
      const bool left = alignment[std::min(i, alignment.size() - 1)] == 'l';
      absl::StrAppend(&line, i ? "  " : "", left ? row[i] : padding, left ? padding : row[i]);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

}  // namespace ladder
