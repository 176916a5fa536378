#include "training/sgd.h"

#include "base/check.h"

namespace ladder {

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

bool Sgd::UpdateRange(Context& context, const Range& range) {
  return kernels::SgdStep(context, coefficients_, range.values, range.grads, range.states[0]);
}

}  // namespace ladder
