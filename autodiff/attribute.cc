#include "autodiff/attribute.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace ladder {
namespace {

struct ValueToString {
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(const char* word) const { return word; }
  template <class Number>
  std::string operator()(Number number) const {
    return absl::StrCat(number);
  }
  template <class Integer>
  std::string operator()(absl::Span<const Integer> list) const {
    return absl::StrCat("[", absl::StrJoin(list, ", "), "]");
  }
};

}  // namespace

std::string Attribute::ToString() const {
  return absl::StrCat(name, " = ", std::visit(ValueToString(), value));
}

}  // namespace ladder
