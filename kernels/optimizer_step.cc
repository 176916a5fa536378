// Compiled once for each instruction set that Highway knows; see foreach_target.h.
#include "kernels/optimizer_step.h"

#include <atomic>
#include <cstdint>

#include "base/aligned_memory.h"
#include "base/thread_pool.h"
#include "kernels/band.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/optimizer_step.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Both update `size` elements. All pointers are on cache lines and size is a multiple of one, so
// that no vector is cut short.

bool AdamPiece(const AdamCoefficients& c, int64_t size, Real* values, Real* grads, Real* ms,
               Real* vs) {
  const hn::CappedTag<Real, kAlignment / sizeof(Real)> d;
  const auto beta1 = hn::Set(d, c.beta1);
  const auto beta2 = hn::Set(d, c.beta2);
  const auto one_minus_beta1 = hn::Set(d, c.one_minus_beta1);
  const auto one_minus_beta2 = hn::Set(d, c.one_minus_beta2);
  const auto step_size = hn::Set(d, c.step_size);
  const auto epsilon = hn::Set(d, c.epsilon);
  const auto keep = hn::Set(d, c.keep);
  auto all_finite = hn::IsFinite(hn::Zero(d));
  for (int64_t i = 0; i < size; i += hn::Lanes(d)) {
    const auto g = hn::Load(d, grads + i);
    const auto old_m = hn::Load(d, ms + i);
    const auto old_v = hn::Load(d, vs + i);
    const auto old_value = hn::Load(d, values + i);
    const auto finite = hn::IsFinite(g);
    all_finite = hn::And(all_finite, finite);

    const auto m = hn::MulAdd(beta1, old_m, hn::Mul(one_minus_beta1, g));
    const auto v = hn::MulAdd(beta2, old_v, hn::Mul(one_minus_beta2, hn::Mul(g, g)));
    const auto direction = hn::Div(m, hn::Add(hn::Sqrt(v), epsilon));
    const auto value = hn::NegMulAdd(step_size, direction, hn::Mul(keep, old_value));

    hn::Store(hn::IfThenElse(finite, m, old_m), d, ms + i);
    hn::Store(hn::IfThenElse(finite, v, old_v), d, vs + i);
    hn::Store(hn::IfThenElse(finite, value, old_value), d, values + i);
    hn::Store(hn::IfThenZeroElse(finite, g), d, grads + i);
  }
  return hn::AllTrue(d, all_finite);
}

bool SgdPiece(const SgdCoefficients& c, int64_t size, Real* values, Real* grads, Real* ms) {
  const hn::CappedTag<Real, kAlignment / sizeof(Real)> d;
  const auto learning_rate = hn::Set(d, c.learning_rate);
  const auto momentum = hn::Set(d, c.momentum);
  const auto weight_decay = hn::Set(d, c.weight_decay);
  const auto g_share = hn::Set(d, c.g_share);
  const auto m_share = hn::Set(d, c.m_share);
  auto all_finite = hn::IsFinite(hn::Zero(d));
  for (int64_t i = 0; i < size; i += hn::Lanes(d)) {
    const auto grad = hn::Load(d, grads + i);
    const auto old_m = hn::Load(d, ms + i);
    const auto old_value = hn::Load(d, values + i);
    const auto finite = hn::IsFinite(grad);
    all_finite = hn::And(all_finite, finite);

    const auto g = hn::MulAdd(weight_decay, old_value, grad);
    const auto m = hn::MulAdd(momentum, old_m, g);
    const auto direction = hn::MulAdd(g_share, g, hn::Mul(m_share, m));
    const auto value = hn::NegMulAdd(learning_rate, direction, old_value);

    hn::Store(hn::IfThenElse(finite, m, old_m), d, ms + i);
    hn::Store(hn::IfThenElse(finite, value, old_value), d, values + i);
    hn::Store(hn::IfThenZeroElse(finite, grad), d, grads + i);
  }
  return hn::AllTrue(d, all_finite);
}

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

// Elements a task: enough to make its start cheap (some 10 us of work), few enough for the threads
// to end together. A multiple of a cache line.
constexpr int64_t kStepGrain = 32768;

HWY_EXPORT(AdamPiece);
HWY_EXPORT(SgdPiece);

// Calls piece(begin, size) for parts of `size` elements; returns whether all calls said yes.
template <class Piece>
bool ForEachPiece(Context& context, int64_t size, const Piece& piece) {
  std::atomic<bool> all_finite = true;
  ParallelFor(context.pool(), size, kStepGrain, [&](int64_t begin, int64_t end) {
    if (!piece(begin, end - begin)) all_finite = false;
  });
  return all_finite;
}

}  // namespace

bool AdamStep(Context& context, const AdamCoefficients& coefficients, Tensor values, Tensor grads,
              Tensor m, Tensor v) {
  const auto step = HWY_DYNAMIC_DISPATCH(AdamPiece);
  return ForEachPiece(context, values.size(), [&](int64_t at, int64_t size) {
    return step(coefficients, size, At(values, at), At(grads, at), At(m, at), At(v, at));
  });
}

bool SgdStep(Context& context, const SgdCoefficients& coefficients, Tensor values, Tensor grads,
             Tensor m) {
  const auto step = HWY_DYNAMIC_DISPATCH(SgdPiece);
  return ForEachPiece(context, values.size(), [&](int64_t at, int64_t size) {
    return step(coefficients, size, At(values, at), At(grads, at), At(m, at));
  });
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
