#ifndef LADDER_DATA_CSV_TEXT_H_
#define LADDER_DATA_CSV_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace ladder {

// A field of a file of comma-separated values: in quotes where it has to be.
std::string CsvField(absl::string_view text);

// Whether all bytes are those of characters.
bool IsUtf8(absl::string_view text);

// A piece of a file, of any kind, as an error shows it: escaped and not long; "nothing" if empty.
std::string ShownText(absl::string_view text);

}  // namespace ladder

#endif  // LADDER_DATA_CSV_TEXT_H_
