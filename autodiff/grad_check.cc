#include "autodiff/grad_check.h"

#include <algorithm>
#include <cmath>

namespace ladder {
namespace {

double Evaluate(Context& context, absl::FunctionRef<Variable(Tape&)> loss) {
  Tape tape(&context);
  return loss(tape).value()[0];
}

// (f(x + h) - f(x - h)) / 2h for one element x.
double CentralDifference(Context& context, absl::FunctionRef<Variable(Tape&)> loss, Real& x,
                         double relative_step) {
  const Real original = x;
  const Real h = static_cast<Real>(relative_step * std::max(1.0, std::abs(double{original})));
  x = original + h;
  const double above = Evaluate(context, loss);
  x = original - h;
  const double below = Evaluate(context, loss);
  x = original;
  return (above - below) / (2.0 * h);
}

}  // namespace

std::vector<GradCheckResult> CheckGradients(Context& context, ParameterSet& parameters,
                                            absl::FunctionRef<Variable(Tape&)> loss,
                                            const GradCheckOptions& options) {
  parameters.ZeroGrads();
  {
    Tape tape(&context);
    tape.Backward(loss(tape));
  }
  std::vector<GradCheckResult> results;
  for (const auto& parameter : parameters.parameters()) {
    const Tensor value = parameter->value();
    const int64_t num_checked =
        options.max_elements > 0 ? std::min(options.max_elements, value.size()) : value.size();
    GradCheckResult result;
    result.parameter = parameter->name();
    result.num_checked = num_checked;
    double scale = 1e-3;
    double worst = -1;
    for (int64_t i = 0; i < num_checked; ++i) {
      const int64_t element = i * value.size() / num_checked;
      const double analytic = parameter->grad()[element];
      const double numeric = CentralDifference(context, loss, value[element], options.step);
      scale = std::max(scale, std::abs(numeric));
      const double error = std::abs(analytic - numeric);
      // A NaN is the worst, and stays it.
      if (!(error <= worst) && !std::isnan(worst)) {
        worst = error;
        result.element = element;
        result.analytic = analytic;
        result.numeric = numeric;
      }
    }
    result.relative_error = worst / scale;
    results.push_back(result);
  }
  parameters.ZeroGrads();
  return results;
}

}  // namespace ladder
