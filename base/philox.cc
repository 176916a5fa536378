#include "base/philox.h"

#include <cmath>
#include <numbers>

#include "base/check.h"

namespace ladder {

std::array<uint32_t, 4> Philox(RandomKey key, uint64_t block) {
  uint32_t c0 = static_cast<uint32_t>(block);
  uint32_t c1 = static_cast<uint32_t>(block >> 32);
  uint32_t c2 = key.stream;
  uint32_t c3 = key.step;
  uint32_t k0 = static_cast<uint32_t>(key.seed);
  uint32_t k1 = static_cast<uint32_t>(key.seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t{0xD2511F53} * c0;
    const uint64_t p1 = uint64_t{0xCD9E8D57} * c2;
    c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
    c1 = static_cast<uint32_t>(p1);
    c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
    c3 = static_cast<uint32_t>(p0);
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
  return {c0, c1, c2, c3};
}

uint32_t PhiloxSequence::NextWord() {
  if (position_ % 4 == 0) block_ = Philox(key_, position_ / 4);
  return block_[position_++ % 4];
}

uint64_t PhiloxSequence::Uniform(uint64_t bound) {
  LADDER_CHECK(bound > 0) << "Uniform(0) has no value to return";
  // Words above the largest multiple of the bound would favor small results.
  const uint64_t excess = (~uint64_t{0} % bound + 1) % bound;
  while (true) {
    const uint64_t low = NextWord();
    const uint64_t word = low | uint64_t{NextWord()} << 32;
    if (word <= ~uint64_t{0} - excess) return word % bound;
  }
}

double PhiloxSequence::UniformDouble() {
  const uint64_t low = NextWord();
  const uint64_t word = low | uint64_t{NextWord()} << 32;
  return (static_cast<double>(word >> 12) + 0.5) * 0x1p-52;
}

double PhiloxSequence::Normal() {
  const double radius = std::sqrt(-2.0 * std::log(UniformDouble()));
  return radius * std::cos(2.0 * std::numbers::pi * UniformDouble());
}

}  // namespace ladder
