#ifndef LADDER_DATA_CSV_TEXT_H_
#define LADDER_DATA_CSV_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace ladder {

// A field of a file of comma-separated values: in quotes where it has to be.
std::string CsvField(absl::string_view text);

// An error if the first bytes of a file are not those of text: of a spreadsheet, of UTF-16.
absl::Status CheckStart(absl::string_view text, absl::string_view name);

// How many bytes at the start are whole characters: all, if the text is UTF-8.
size_t Utf8Size(absl::string_view text);

// A piece of a file, of any kind, as an error shows it: escaped and not long; "nothing" if empty.
std::string ShownText(absl::string_view text);

}  // namespace ladder

#endif  // LADDER_DATA_CSV_TEXT_H_
