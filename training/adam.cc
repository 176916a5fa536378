#include "training/adam.h"

#include <cmath>

#include "base/check.h"

namespace ladder {

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

bool Adam::UpdateRange(Context& context, const Range& range) {
  return kernels::AdamStep(context, coefficients_, range.values, range.grads, range.states[0],
                           range.states[1]);
}

}  // namespace ladder
