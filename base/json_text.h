#ifndef LADDER_BASE_JSON_TEXT_H_
#define LADDER_BASE_JSON_TEXT_H_

#include <string>

#include "nlohmann/json.hpp"

namespace ladder {

// JSON as a person likes to read it: an item a line. Deeper items are in one line too if they hold
// plain values only or fit in about 100 columns. A new line is at the end. Text that is no UTF-8
// gets replacement characters, a number that is not finite becomes null.
std::string JsonText(const nlohmann::ordered_json& json);

}  // namespace ladder

#endif  // LADDER_BASE_JSON_TEXT_H_
