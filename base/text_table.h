#ifndef LADDER_BASE_TEXT_TABLE_H_
#define LADDER_BASE_TEXT_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace ladder {

// Rows of cells as lines of text, columns two spaces apart and each as wide as its widest cell.
// `alignment` has an 'l' (left) or 'r' (right) for each column; its last letter also serves the
// columns after. Rows may be of different lengths.
std::string TextTable(const std::vector<std::vector<std::string>>& rows,
                      absl::string_view alignment);

}  // namespace ladder

#endif  // LADDER_BASE_TEXT_TABLE_H_
