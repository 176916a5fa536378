#include "data/raw_numbers.h"

#include <cmath>

#include "absl/base/casts.h"

namespace ladder {
namespace {

// IEEE 754's 16 bits.
double HalfToDouble(uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const double fraction = bits & 1023;
  double value;
  if (exponent == 31) {
    value = fraction == 0 ? HUGE_VAL : std::nan("");
  } else if (exponent == 0) {
    value = std::ldexp(fraction, -24);
  } else {
    value = std::ldexp(fraction + 1024, exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -value : value;
}

template <class Value>
Value Number(char kind, int64_t size, uint64_t bits) {
  if (kind == 'b') return bits != 0 ? 1 : 0;
  if (kind == 'u') return static_cast<Value>(bits);
  if (kind == 'i') {
    const auto unused = static_cast<int>(64 - 8 * size);
    return static_cast<Value>(static_cast<int64_t>(bits << unused) >> unused);
  }
  if (size == 2) return static_cast<Value>(HalfToDouble(static_cast<uint16_t>(bits)));
  if (size == 4) return static_cast<Value>(absl::bit_cast<float>(static_cast<uint32_t>(bits)));
  return static_cast<Value>(absl::bit_cast<double>(bits));
}

// Converts values of `size` bytes. The size is known where this is compiled, for speed.
template <int64_t size, class Value>
void Convert(const RawType& type, absl::Span<const uint8_t> bytes, Value* out) {
  for (const uint8_t* p = bytes.data(); p < bytes.data() + bytes.size(); p += size) {
    uint64_t bits = 0;
    for (int64_t i = 0; i < size; ++i) {
      bits |= uint64_t{p[i]} << 8 * (type.is_big_endian ? size - 1 - i : i);
    }
    *out++ = Number<Value>(type.kind, size, bits);
  }
}

}  // namespace

template <class Value>
void ConvertNumbers(const RawType& type, absl::Span<const uint8_t> bytes, Value* out) {
  switch (type.bytes) {
    case 1:
      return Convert<1>(type, bytes, out);
    case 2:
      return Convert<2>(type, bytes, out);
    case 4:
      return Convert<4>(type, bytes, out);
    default:
      return Convert<8>(type, bytes, out);
  }
}

template void ConvertNumbers(const RawType& type, absl::Span<const uint8_t> bytes, uint8_t* out);
template void ConvertNumbers(const RawType& type, absl::Span<const uint8_t> bytes, float* out);
template void ConvertNumbers(const RawType& type, absl::Span<const uint8_t> bytes, double* out);

}  // namespace ladder
