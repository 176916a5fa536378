#include "training/strict_json.h"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace ladder {
namespace {

using Json = nlohmann::json;

// Goes over the text before it is read for good: finds where the syntax is wrong, and what the
// parser would let pass, double keys and nesting without end.
class SyntaxCheck : public nlohmann::json_sax<Json> {
 public:
  SyntaxCheck(int max_depth, int64_t first_byte) : max_depth_(max_depth), first_byte_(first_byte) {}

  // What is wrong; empty if nothing.
  const std::string& error() const { return error_; }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return Enter(); }
  bool end_object() override { return Leave(); }
  bool start_array(size_t) override { return Enter(); }
  bool end_array() override { return Leave(); }
  bool key(string_t& key) override {
    if (keys_.back().insert(key).second) return true;
    error_ = absl::StrCat("the key \"", key, "\" stands twice");
    return false;
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    // The position counts the bytes that were read, the wrong one included.
    error_ = absl::StrCat("JSON syntax error at byte ",
                          first_byte_ + static_cast<int64_t>(position) - 1);
    return false;
  }

 private:
  bool Enter() {
    keys_.emplace_back();
    if (static_cast<int>(keys_.size()) <= max_depth_) return true;
    error_ = absl::StrCat("JSON is nested more than ", max_depth_, " levels deep");
    return false;
  }
  bool Leave() {
    keys_.pop_back();
    return true;
  }

  const int max_depth_;
  const int64_t first_byte_;
  std::vector<std::set<std::string>> keys_;  // of each object or array that is open
  std::string error_;
};

}  // namespace

absl::StatusOr<Json> ParseStrictJsonObject(absl::string_view text, int max_depth,
                                           int64_t first_byte) {
  // The parser would skip a byte order mark and take a zero byte for the end.
  if (text.empty() || text[0] != '{') {
    return absl::DataLossError(absl::StrCat("expected '{' at byte ", first_byte));
  }
  if (const size_t zero = text.find('\0'); zero != absl::string_view::npos) {
    return absl::DataLossError(absl::StrCat("zero byte at byte ", first_byte + zero));
  }
  SyntaxCheck check(max_depth, first_byte);
  if (!Json::sax_parse(text.begin(), text.end(), &check)) {
    return absl::DataLossError(check.error());
  }
  return Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
}

}  // namespace ladder
