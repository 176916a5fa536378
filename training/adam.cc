// Compiled once for each instruction set that Highway knows; see foreach_target.h.
#include "training/adam.h"

#include <cmath>
#include <cstdint>

#include "base/check.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "training/adam.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Updates `size` elements. All pointers are on cache lines and size is a multiple of one, so that
// no vector is cut short. Returns whether all gradients are finite.
bool AdamPiece(const internal::AdamCoefficients& c, int64_t size, Real* values, Real* grads,
               Real* ms, Real* vs) {
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

}  // namespace HWY_NAMESPACE
}  // namespace ladder
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder {

HWY_EXPORT(AdamPiece);

Adam::Adam(ParameterSet* parameters, const AdamOptions& options)
    : Optimizer("Adam", parameters, options.learning_rate, {"m", "v"}), options_(options) {
  LADDER_CHECK(0 <= options.beta1 && options.beta1 < 1) << "got beta1 = " << options.beta1;
  LADDER_CHECK(0 <= options.beta2 && options.beta2 < 1) << "got beta2 = " << options.beta2;
  // An element that never had a gradient would become 0 / 0.
  LADDER_CHECK(options.epsilon > 0) << "got epsilon = " << options.epsilon;
}

void Adam::Prepare() {
  const double t = static_cast<double>(num_steps());
  const double correction1 = 1 - std::pow(options_.beta1, t);
  const double root_correction2 = std::sqrt(1 - std::pow(options_.beta2, t));
  const bool outside =
      options_.epsilon_placement == AdamOptions::EpsilonPlacement::kOutsideCorrection;
  // Both placements are one formula, since m / (sqrt(v / c2) + epsilon) is
  // sqrt(c2) m / (sqrt(v) + sqrt(c2) epsilon).
  coefficients_ = {
      .beta1 = static_cast<Real>(options_.beta1),
      .beta2 = static_cast<Real>(options_.beta2),
      .one_minus_beta1 = static_cast<Real>(1 - options_.beta1),
      .one_minus_beta2 = static_cast<Real>(1 - options_.beta2),
      .step_size = static_cast<Real>(learning_rate() * root_correction2 / correction1),
      .epsilon = static_cast<Real>(options_.epsilon * (outside ? 1 : root_correction2)),
      .keep = static_cast<Real>(1 - learning_rate() * options_.weight_decay),
  };
}

bool Adam::UpdatePiece(int64_t begin, int64_t end) {
  return HWY_DYNAMIC_DISPATCH(AdamPiece)(
      coefficients_, end - begin, parameters().values().data() + begin,
      parameters().grads().data() + begin, states()[0].slab.data() + begin,
      states()[1].slab.data() + begin);
}

}  // namespace ladder
#endif  // HWY_ONCE
