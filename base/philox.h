#ifndef LADDER_BASE_PHILOX_H_
#define LADDER_BASE_PHILOX_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

// Counter-based random numbers: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as
// easy as 1, 2, 3"). A random number is a pure function of a key and a position, so that results
// depend neither on the number of threads nor on where a run was interrupted.

namespace ladder {

// Names a sequence of random numbers. Each use of randomness in a program has its own stream; a
// training loop counts steps.
struct RandomKey {
  uint64_t seed = 0;
  uint32_t stream = 0;
  uint32_t step = 0;
};

// Block number `block` of the sequence: four words, independent and uniform over 32 bits.
// Philox counter: {low(block), high(block), stream, step}; Philox key: {low(seed), high(seed)}.
std::array<uint32_t, 4> Philox(RandomKey key, uint64_t block);

// A sequence of random numbers read in order, for what is drawn once (shuffles, splits, initial
// weights). Bulk noise comes from kernels/random.h.
class PhiloxSequence {
 public:
  explicit PhiloxSequence(RandomKey key) : key_(key) {}

  uint32_t NextWord();
  // Uniform over [0, bound), without bias. bound > 0.
  uint64_t Uniform(uint64_t bound);
  // Uniform over (0, 1): an odd multiple of 2^-53, never 0 nor 1.
  double UniformDouble();
  // Standard normal, by Box and Muller's method.
  double Normal();
  // Fisher and Yates's shuffle: each order is equally likely.
  template <class T>
  void Shuffle(std::vector<T>& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Uniform(i)]);
  }

 private:
  RandomKey key_;
  uint64_t position_ = 0;  // in words
  std::array<uint32_t, 4> block_ = {};
};

}  // namespace ladder

#endif  // LADDER_BASE_PHILOX_H_
