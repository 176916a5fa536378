#ifndef LADDER_AUTODIFF_ATTRIBUTE_H_
#define LADDER_AUTODIFF_ATTRIBUTE_H_

#include <cstdint>
#include <string>
#include <variant>

#include "absl/types/span.h"

namespace ladder {

// What an operation was called with besides variables: a truth, a number, a word (such as that of
// an enumerator) or a list of whole numbers. Said once, where the operation begins; errors print
// it, drawings and exports can read it.
struct Attribute {
  using Value = std::variant<bool, int64_t, double, const char*, absl::Span<const int64_t>,
                             absl::Span<const int32_t>>;

  // "low = 2", "axes = [0, -1]", "keepdims = true"
  std::string ToString() const;

  // Both the name and a word must live for ever (literals). An Op copies lists.
  const char* name;
  Value value;
};

}  // namespace ladder

#endif  // LADDER_AUTODIFF_ATTRIBUTE_H_
