#include "data/npy_header.h"

#include <algorithm>
#include <bit>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

constexpr absl::string_view kTypes[] = {"b1", "i1", "i2", "i4", "i8", "u1",
                                        "u2", "u4", "u8", "f2", "f4", "f8"};

class Parser {
 public:
  Parser(absl::string_view text, int64_t offset) : text_(text), offset_(offset) {}

  absl::StatusOr<NpyHeader> Parse() {
    LADDER_RETURN_IF_ERROR(Expect("{"));
    while (!Take("}")) {
      LADDER_RETURN_IF_ERROR(ParseItem());
      if (Take(",")) continue;
      LADDER_RETURN_IF_ERROR(Expect("}"));
      break;
    }
    SkipSpace();
    if (place_ < text_.size()) return Unexpected("the end of the header");
    for (const absl::string_view key : {"descr", "fortran_order", "shape"}) {
      if (keys_.count(std::string(key)) == 0) {
        return Error(place_, absl::StrCat("the header has no ", key));
      }
    }
    return header_;
  }

 private:
  void SkipSpace() {
    while (place_ < text_.size() && absl::ascii_isspace(static_cast<unsigned char>(text_[place_])))
      ++place_;
  }

  bool Take(absl::string_view word) {
    SkipSpace();
    if (!absl::StartsWith(text_.substr(place_), word)) return false;
    place_ += word.size();
    return true;
  }

  absl::Status Expect(absl::string_view word) {
    return Take(word) ? absl::OkStatus() : Unexpected(absl::StrCat("\"", word, "\""));
  }

  absl::Status Unexpected(absl::string_view wanted) {
    SkipSpace();
    const absl::string_view found = text_.substr(place_, 12);
    return Error(place_, absl::StrCat("the header has \"", absl::CHexEscape(found),
                                      "\"; allowed is ", wanted));
  }

  absl::Status Error(size_t place, absl::string_view message) const {
    return absl::DataLossError(
        absl::StrCat("byte ", offset_ + static_cast<int64_t>(place), ": ", message));
  }

  absl::StatusOr<std::string> ParseString() {
    SkipSpace();
    const char quote = place_ < text_.size() ? text_[place_] : '\0';
    if (quote != '\'' && quote != '"') return Unexpected("a string");
    const size_t end = text_.find(quote, place_ + 1);
    if (end == absl::string_view::npos) return Unexpected("a string that ends");
    std::string value(text_.substr(place_ + 1, end - place_ - 1));
    place_ = end + 1;
    return value;
  }

  absl::Status ParseItem() {
    SkipSpace();
    const size_t begin = place_;
    LADDER_ASSIGN_OR_RETURN(const std::string key, ParseString());
    if (!keys_.insert(key).second) return Error(begin, absl::StrCat("a second ", key));
    LADDER_RETURN_IF_ERROR(Expect(":"));
    if (key == "descr") return ParseType();
    if (key == "shape") return ParseShape();
    if (key == "fortran_order") {
      header_.is_fortran_order = Take("True");
      return header_.is_fortran_order || Take("False") ? absl::OkStatus()
                                                       : Unexpected("True or False");
    }
    return Error(begin, absl::StrCat("the key \"", absl::CHexEscape(key),
                                     "\"; allowed are descr, fortran_order and shape"));
  }

  absl::Status ParseType() {
    SkipSpace();
    const size_t begin = place_;
    if (begin < text_.size() && text_[begin] == '[') {
      return Error(begin, "records of several fields; save each field as an array of its own");
    }
    LADDER_ASSIGN_OR_RETURN(const std::string type, ParseString());
    const bool has_order = !type.empty() && absl::StrContains("<>|=", type[0]);
    const std::string value = type.substr(has_order ? 1 : 0);
    if (absl::StartsWith(value, "O")) {
      return Error(begin,
                   "pickled Python objects, which are not read; save an array of numbers, as "
                   "by array.astype(\"float32\"), with rows of the same length");
    }
    if (std::find(std::begin(kTypes), std::end(kTypes), value) == std::end(kTypes)) {
      return Error(begin, absl::StrCat("values of type \"", absl::CHexEscape(type),
                                       "\"; allowed are b1, i1 to i8, u1 to u8, f2, f4 and f8"));
    }
    header_.type.kind = value[0];
    header_.type.bytes = value[1] - '0';
    header_.type.is_big_endian = has_order && (type[0] == '<' || type[0] == '>')
                                     ? type[0] == '>'
                                     : std::endian::native == std::endian::big;
    return absl::OkStatus();
  }

  absl::Status ParseShape() {
    LADDER_RETURN_IF_ERROR(Expect("("));
    while (!Take(")")) {
      SkipSpace();
      const size_t begin = place_;
      while (place_ < text_.size() &&
             absl::ascii_isdigit(static_cast<unsigned char>(text_[place_])))
        ++place_;
      int64_t extent;
      if (!absl::SimpleAtoi(text_.substr(begin, place_ - begin), &extent)) {
        place_ = begin;
        return Unexpected("a size of the shape");
      }
      header_.shape.push_back(extent);
      if (place_ < text_.size() && text_[place_] == 'L') ++place_;  // of Python 2
      if (Take(",")) continue;
      LADDER_RETURN_IF_ERROR(Expect(")"));
      break;
    }
    return absl::OkStatus();
  }

  const absl::string_view text_;
  const int64_t offset_;
  size_t place_ = 0;
  std::set<std::string> keys_;
  NpyHeader header_;
};

}  // namespace

absl::StatusOr<NpyHeader> ParseNpyHeader(absl::string_view text, int64_t offset) {
  return Parser(text, offset).Parse();
}

}  // namespace ladder
