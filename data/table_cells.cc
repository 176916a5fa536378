#include "data/table_cells.h"

#include <charconv>
#include <limits>
#include <string>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/charconv.h"
#include "absl/strings/match.h"

namespace ladder {
namespace {

const char* SkipDigits(const char* at, const char* end) {
  while (at < end && absl::ascii_isdigit(static_cast<unsigned char>(*at))) ++at;
  return at;
}

// Cells are trimmed where they are cut, but for quoted ones.
absl::string_view Trimmed(absl::string_view text) {
  if (text.empty() || (!absl::ascii_isspace(static_cast<unsigned char>(text.front())) &&
                       !absl::ascii_isspace(static_cast<unsigned char>(text.back())))) {
    return text;
  }
  return absl::StripAsciiWhitespace(text);
}

template <class T>
std::optional<T> Parse(absl::string_view text) {
  text = Trimmed(text);
  const char* begin = text.data();
  const char* const end = begin + text.size();
  if (begin < end && *begin == '+') ++begin;
  // std::from_chars also reads "inf" and "nan", and a minus after our plus.
  const char* digit = begin;
  if (digit < end && *digit == '-' && begin == text.data()) ++digit;
  if (digit == end || (*digit != '.' && !absl::ascii_isdigit(static_cast<unsigned char>(*digit)))) {
    return std::nullopt;
  }
  T number = 0;
  const std::from_chars_result result = std::from_chars(begin, end, number);
  if (result.ptr != end || result.ec == std::errc::invalid_argument) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) {
    // It does not say whether the number is too large or too close to 0; Abseil's does.
    T nearest = 0;
    absl::from_chars(begin, end, nearest);
    if (nearest > 1) return std::numeric_limits<T>::infinity();
    if (nearest < -1) return -std::numeric_limits<T>::infinity();
    return nearest;
  }
  return number;
}

}  // namespace

bool IsMissingCell(absl::string_view text) {
  text = Trimmed(text);
  if (text.empty() || text == "?") return true;
  if (text.size() > 4 || (text[0] != 'n' && text[0] != 'N')) return false;
  return absl::EqualsIgnoreCase(text, "na") || absl::EqualsIgnoreCase(text, "nan") ||
         absl::EqualsIgnoreCase(text, "n/a") || absl::EqualsIgnoreCase(text, "null");
}

bool IsNumberCell(absl::string_view text) {
  text = Trimmed(text);
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at < end && (*at == '-' || *at == '+')) ++at;
  const char* const begin = at;
  at = SkipDigits(at, end);
  bool has_digit = at > begin;
  if (at < end && *at == '.') {
    const char* const fraction = ++at;
    at = SkipDigits(at, end);
    has_digit = has_digit || at > fraction;
  }
  if (!has_digit) return false;
  if (at < end && (*at == 'e' || *at == 'E')) {
    ++at;
    if (at < end && (*at == '-' || *at == '+')) ++at;
    const char* const exponent = at;
    at = SkipDigits(at, end);
    if (at == exponent) return false;
  }
  return at == end;
}

std::optional<float> ParseFloatCell(absl::string_view text) { return Parse<float>(text); }

std::optional<double> ParseDoubleCell(absl::string_view text) { return Parse<double>(text); }

std::optional<bool> ParseFlagCell(absl::string_view text) {
  text = Trimmed(text);
  if (absl::EqualsIgnoreCase(text, "true") || absl::EqualsIgnoreCase(text, "yes")) return true;
  if (absl::EqualsIgnoreCase(text, "false") || absl::EqualsIgnoreCase(text, "no")) return false;
  const std::optional<double> number = ParseDoubleCell(text);
  if (number == 0.0) return false;
  if (number == 1.0) return true;
  return std::nullopt;
}

std::string NumberText(double number) {
  if (number == 0) number = 0;  // no minus
  char text[32];
  const std::to_chars_result result = std::to_chars(text, text + sizeof(text), number);
  return std::string(text, result.ptr);
}

}  // namespace ladder
