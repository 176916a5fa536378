#ifndef LADDER_DATA_RAW_NUMBERS_H_
#define LADDER_DATA_RAW_NUMBERS_H_

#include <cstdint>

#include "absl/types/span.h"

namespace ladder {

// How a file of raw numbers has each of them.
struct RawType {
  char kind = 'f';    // b(ool), i(nteger), u(nsigned) or f(loat)
  int64_t bytes = 0;  // of a value: 1, 2, 4 or 8; of a float not 1
  bool is_big_endian = false;
};

// Makes the bytes of some numbers Values, float or double, rounded once, and writes them to `out`;
// or uint8_t where the file has these.
template <class Value>
void ConvertNumbers(const RawType& type, absl::Span<const uint8_t> bytes, Value* out);

}  // namespace ladder

#endif  // LADDER_DATA_RAW_NUMBERS_H_
