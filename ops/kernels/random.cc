// Compiled once for each instruction set that Highway knows; the loops are plain, the compiler
// makes vectors of them.
#include "ops/kernels/random.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/thread_pool.h"
#include "ops/kernels/vector_math.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/kernels/random.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

constexpr int kBlocks = 16;
constexpr int kGroup = 4 * kBlocks;  // positions

// The four words of sixteen consecutive Philox blocks (base/philox.cc) from 16 `group` on.
HWY_INLINE void PhiloxGroup(RandomKey key, uint64_t group, uint32_t (&words)[4][kBlocks]) {
  const uint64_t block = group * kBlocks;  // a multiple of 16: adding b < 16 carries nothing
  for (uint32_t b = 0; b < kBlocks; ++b) {
    uint32_t c0 = static_cast<uint32_t>(block) + b;
    uint32_t c1 = static_cast<uint32_t>(block >> 32);
    uint32_t c2 = key.stream;
    uint32_t c3 = key.step;
    uint32_t k0 = static_cast<uint32_t>(key.seed);
    uint32_t k1 = static_cast<uint32_t>(key.seed >> 32);
    // Unrolled, the loop over blocks is the innermost: the one that becomes vectors.
#pragma GCC unroll 10
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
    words[0][b] = c0;
    words[1][b] = c1;
    words[2][b] = c2;
    words[3][b] = c3;
  }
}

// Through int32_t, which vector instructions convert and uint32_t is not.
HWY_INLINE Real ToUniform(uint32_t word) {
  return (static_cast<Real>(static_cast<int32_t>(word >> 9)) + Real{0.5}) * Real{0x1p-23};
}

HWY_INLINE void UniformGroup(RandomKey key, uint64_t group, Real* HWY_RESTRICT u) {
  uint32_t words[4][kBlocks];
  PhiloxGroup(key, group, words);
  for (int j = 0; j < 4; ++j) {
    for (int b = 0; b < kBlocks; ++b) u[j * kBlocks + b] = ToUniform(words[j][b]);
  }
}

HWY_INLINE void NormalGroup(RandomKey key, uint64_t group, Real* HWY_RESTRICT n) {
  uint32_t words[4][kBlocks];
  PhiloxGroup(key, group, words);
  for (int pair = 0; pair < 2; ++pair) {
    for (int b = 0; b < kBlocks; ++b) {
      const Real radius = std::sqrt(Real{-2} * VectorLog(ToUniform(words[2 * pair][b])));
      Real cosine, sine;
      VectorCosSin(ToUniform(words[2 * pair + 1][b]), cosine, sine);
      n[2 * pair * kBlocks + b] = radius * cosine;
      n[(2 * pair + 1) * kBlocks + b] = radius * sine;
    }
  }
}

// Positions [begin, end); begin is a multiple of kGroup.
void FillUniformRange(RandomKey key, int64_t begin, int64_t end, Real* y) {
  Real u[kGroup];
  for (int64_t p = begin; p < end; p += kGroup) {
    UniformGroup(key, static_cast<uint64_t>(p / kGroup), u);
    const int64_t count = std::min<int64_t>(kGroup, end - p);
    for (int64_t i = 0; i < count; ++i) y[p + i] = u[i];
  }
}

void AddNormalRange(RandomKey key, Real stddev, int64_t begin, int64_t end, const Real* x,
                    Real* y) {
  Real n[kGroup];
  for (int64_t p = begin; p < end; p += kGroup) {
    NormalGroup(key, static_cast<uint64_t>(p / kGroup), n);
    const int64_t count = std::min<int64_t>(kGroup, end - p);
    for (int64_t i = 0; i < count; ++i) y[p + i] = x[p + i] + stddev * n[i];
  }
}

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

constexpr int64_t kGrain = 256 * 64;  // positions a task; a multiple of kGroup

HWY_EXPORT(FillUniformRange);
HWY_EXPORT(AddNormalRange);

}  // namespace

void FillUniform(Context& context, RandomKey key, Tensor y) {
  ParallelFor(context.pool(), y.size(), kGrain, [&](int64_t begin, int64_t end) {
    HWY_DYNAMIC_DISPATCH(FillUniformRange)(key, begin, end, y.data());
  });
}

void AddNormal(Context& context, RandomKey key, Real stddev, Tensor x, Tensor y) {
  ParallelFor(context.pool(), y.size(), kGrain, [&](int64_t begin, int64_t end) {
    HWY_DYNAMIC_DISPATCH(AddNormalRange)(key, stddev, begin, end, x.data(), y.data());
  });
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
