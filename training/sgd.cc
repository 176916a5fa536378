// Compiled once for each instruction set that Highway knows; see foreach_target.h.
#include "training/sgd.h"

#include <cstdint>

#include "base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "training/sgd.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Updates `size` elements. All pointers are on cache lines and size is a multiple of one, so that
// no vector is cut short. Returns whether all gradients are finite.
bool SgdPiece(const internal::SgdCoefficients& c, int64_t size, Real* values, Real* grads,
              Real* ms) {
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

}  // namespace HWY_NAMESPACE
}  // namespace ladder
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder {

HWY_EXPORT(SgdPiece);

Sgd::Sgd(ParameterSet* parameters, const SgdOptions& options)
    : Optimizer("Sgd", parameters, options.learning_rate, {"m"}), options_(options) {
  LADDER_CHECK(0 <= options.momentum && options.momentum < 1)
      << "got momentum = " << options.momentum;
}

void Sgd::Prepare() {
  coefficients_ = {
      .learning_rate = static_cast<Real>(learning_rate()),
      .momentum = static_cast<Real>(options_.momentum),
      .weight_decay = static_cast<Real>(options_.weight_decay),
      .g_share = static_cast<Real>(options_.nesterov ? 1 : 0),
      .m_share = static_cast<Real>(options_.nesterov ? options_.momentum : 1),
  };
}

bool Sgd::UpdatePiece(int64_t begin, int64_t end) {
  return HWY_DYNAMIC_DISPATCH(SgdPiece)(
      coefficients_, end - begin, parameters().values().data() + begin,
      parameters().grads().data() + begin, states()[0].slab.data() + begin);
}

}  // namespace ladder
#endif  // HWY_ONCE
