#ifndef LADDER_BASE_JSON_TEXT_H_
#define LADDER_BASE_JSON_TEXT_H_

#include <string>

#include "nlohmann/json.hpp"

namespace ladder {

// JSON as a person likes to read it: an item a line, and what is deeper in one line too where that
// fits in about 100 columns; a new line at the end. Text that is no UTF-8 gets replacement
// characters, a number that is not finite becomes null.
std::string JsonText(const nlohmann::ordered_json& json);

}  // namespace ladder

#endif  // LADDER_BASE_JSON_TEXT_H_
