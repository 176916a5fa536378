#include "training/weight_average.h"

#include <cmath>

#include "base/check.h"
#include "kernels/elementwise.h"
#include "tensor/profile.h"

namespace ladder {
namespace {

// r_n, for n >= 1.
double Rate(absl::optional<double> decay, int64_t n) {
  if (n <= 1) return 1;
  if (!decay.has_value()) return 1 / static_cast<double>(n);
  return (1 - *decay) / (1 - std::pow(*decay, static_cast<double>(n)));
}

}  // namespace

WeightAverage::WeightAverage(Context& context, Optimizer* optimizer,
                             const WeightAverageOptions& options)
    : optimizer_(*optimizer), options_(options), state_(optimizer->AddState("raw")) {
  LADDER_CHECK(!options.decay.has_value() || (0 <= *options.decay && *options.decay < 1))
      << "got decay = " << *options.decay;
  LADDER_CHECK(options.first_step >= 0) << "got first_step = " << options.first_step;
  kernels::Copy(context, optimizer_.parameters().values(), state_);
}

void WeightAverage::Update(Context& context) {
  LADDER_CHECK(!in_use_) << "WeightAverage: Update while the averages are in use";
  const double start = context.profile() ? Profile::Now() : 0;
  const int64_t n = optimizer_.num_steps() - options_.first_step;
  const Real rate = static_cast<Real>(Rate(options_.decay, n));
  kernels::Interpolate(context, rate, optimizer_.parameters().values(), state_);
  if (Profile* profile = context.profile()) {
    profile->AddForward("WeightAverage", Profile::Now() - start);
  }
}

void WeightAverage::Use(Context& context, bool averages) {
  if (averages == in_use_) return;
  in_use_ = averages;
  kernels::Swap(context, optimizer_.parameters().values(), state_);
}

}  // namespace ladder
