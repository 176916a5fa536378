#ifndef LADDER_DATA_TABLE_CELLS_H_
#define LADDER_DATA_TABLE_CELLS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// What the text of a table's cell means. Spaces around it do not count.
namespace ladder {

// Whether it says that the value is missing: nothing, ?, NA, N/A, NaN or null, small or capital.
bool IsMissingCell(absl::string_view text);

// Whether it spells a number: decimal, with or without an exponent. No hexadecimal one, nor an
// infinite one.
bool IsNumberCell(absl::string_view text);

// The number that it spells, rounded once; infinite if it is too large. None if it spells none.
std::optional<float> ParseFloatCell(absl::string_view text);
std::optional<double> ParseDoubleCell(absl::string_view text);

// true, yes and 1; false, no and 0; small or capital.
std::optional<bool> ParseFlagCell(absl::string_view text);

// The shortest text that spells it: 1 for 1.0.
std::string NumberText(double number);

}  // namespace ladder

#endif  // LADDER_DATA_TABLE_CELLS_H_
