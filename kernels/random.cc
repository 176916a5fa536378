// Compiled once for each instruction set that Highway knows; most loops are plain, the compiler
// makes vectors of them.
#include "kernels/random.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/vector_math.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/random.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr int kGroup = kRandomGroup;
constexpr int kBlocks = kGroup / 4;

// The four words of sixteen consecutive Philox blocks (base/philox.cc) from 16 `group` on.
#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void PhiloxGroup(RandomKey key, uint64_t group, uint32_t (&words)[4][kBlocks]) {
  for (uint32_t b = 0; b < kBlocks; ++b) {
    const std::array<uint32_t, 4> block = Philox(key, group * kBlocks + b);
    for (int j = 0; j < 4; ++j) words[j][b] = block[j];
  }
}
#else
// A word lies in the low half of a 64-bit lane, where the instruction that multiplies 32 bits to 64
// takes it from; the high half is of no account.
template <class D, class V = hn::Vec<D> >
HWY_INLINE void PhiloxRounds(D d, RandomKey key, V& c0, V& c1, V& c2, V& c3) {
  const hn::Repartition<uint32_t, D> d32;
  const auto factor0 = hn::BitCast(d32, hn::Set(d, uint64_t{0xD2511F53}));
  const auto factor1 = hn::BitCast(d32, hn::Set(d, uint64_t{0xCD9E8D57}));
  uint32_t k0 = static_cast<uint32_t>(key.seed);
  uint32_t k1 = static_cast<uint32_t>(key.seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const V p0 = hn::MulEven(hn::BitCast(d32, c0), factor0);
    const V p1 = hn::MulEven(hn::BitCast(d32, c2), factor1);
    c0 = hn::Xor(hn::Xor(hn::ShiftRight<32>(p1), c1), hn::Set(d, uint64_t{k0}));
    c1 = p1;
    c2 = hn::Xor(hn::Xor(hn::ShiftRight<32>(p0), c3), hn::Set(d, uint64_t{k1}));
    c3 = p0;
    k0 += 0x9E3779B9;
    k1 += 0xBB67AE85;
  }
}

HWY_INLINE void PhiloxGroup(RandomKey key, uint64_t group, uint32_t (&words)[4][kBlocks]) {
  const hn::CappedTag<uint64_t, kBlocks / 2> d;
  const hn::Repartition<uint32_t, decltype(d)> d32;
  const uint64_t block = group * kBlocks;  // a multiple of 16: adding b < 16 carries nothing
  const auto iota = hn::Iota(d, 0);
  for (size_t b = 0; b < kBlocks; b += 2 * hn::Lanes(d)) {
    // Two vectors at a time: each waits long for its products, and together they fill one of words.
    auto c0 = hn::Add(iota, hn::Set(d, (block & 0xFFFFFFFF) + b));
    auto e0 = hn::Add(c0, hn::Set(d, hn::Lanes(d)));
    auto c1 = hn::Set(d, block >> 32), e1 = c1;
    auto c2 = hn::Set(d, uint64_t{key.stream}), e2 = c2;
    auto c3 = hn::Set(d, uint64_t{key.step}), e3 = c3;
    PhiloxRounds(d, key, c0, c1, c2, c3);
    PhiloxRounds(d, key, e0, e1, e2, e3);
    const auto store = [&](auto low, auto high, int j) {
      hn::StoreU(hn::ConcatEven(d32, hn::BitCast(d32, high), hn::BitCast(d32, low)), d32,
                 words[j] + b);
    };
    store(c0, e0, 0);
    store(c1, e1, 1);
    store(c2, e2, 2);
    store(c3, e3, 3);
  }
}
#endif

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

// y[0] is for position `begin`.
void NormalsRange(RandomKey key, Real stddev, int64_t begin, int64_t end, Real* HWY_RESTRICT y) {
  Real n[kGroup];
  for (int64_t p = begin; p < end; p += kGroup) {
    NormalGroup(key, static_cast<uint64_t>(p / kGroup), n);
    const int64_t count = std::min<int64_t>(kGroup, end - p);
    for (int64_t i = 0; i < count; ++i) y[p - begin + i] = stddev * n[i];
  }
}

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

constexpr int64_t kGrain = 256 * kRandomGroup;  // positions a task

HWY_EXPORT(FillUniformRange);
HWY_EXPORT(AddNormalRange);
HWY_EXPORT(NormalsRange);

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

void Normals(RandomKey key, Real stddev, int64_t begin, int64_t end, Real* y) {
  HWY_DYNAMIC_DISPATCH(NormalsRange)(key, stddev, begin, end, y);
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
