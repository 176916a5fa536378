#include "autodiff/grad_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "base/philox.h"

namespace ladder {
namespace {

struct Derivative {
  double value;
  double rounding;  // how far off the rounding of the loss alone may put it
};

struct Loss {
  double value;
  uint64_t piece;
};

// Numeric derivatives of a loss where the parameters are now.
class Differences {
 public:
  Differences(Context* context, absl::FunctionRef<Variable(Tape&)> loss,
              const GradCheckOptions& options)
      : context_(*context), loss_(loss), options_(options), here_(Evaluate()) {}

  // (8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12h for one element x, whose error is of
  // order h^4; none if every h leads off the loss's piece.
  std::optional<Derivative> Central(Real& x) const {
    double relative_step = options_.step;
    for (int attempt = 0; attempt < (options_.piece ? kMaxAttempts : 1); ++attempt) {
      const Real h = static_cast<Real>(relative_step * std::max(1.0, std::abs(double{x})));
      bool one_piece = true;
      const double near = Difference(x, h, &one_piece);
      const double far = one_piece ? Difference(x, 2 * h, &one_piece) : 0;
      if (one_piece) {
        return Derivative{
            .value = (8 * near - far) / (12.0 * h),
            .rounding = 2 * std::numeric_limits<Real>::epsilon() * std::abs(here_.value) / h};
      }
      relative_step /= 10;
    }
    return std::nullopt;
  }

 private:
  static constexpr int kMaxAttempts = 4;

  // f(x + h) - f(x - h).
  double Difference(Real& x, Real h, bool* one_piece) const {
    const Real original = x;
    x = original + h;
    const Loss above = Evaluate();
    x = original - h;
    const Loss below = Evaluate();
    x = original;
    *one_piece &= above.piece == here_.piece && below.piece == here_.piece;
    return above.value - below.value;
  }

  Loss Evaluate() const {
    Tape tape(&context_);
    const double value = loss_(tape).value()[0];
    return {value, options_.piece ? options_.piece() : 0};
  }

  Context& context_;
  const absl::FunctionRef<Variable(Tape&)> loss_;
  const GradCheckOptions& options_;
  const Loss here_;
};

}  // namespace

void Perturb(double stddev, uint64_t seed, ParameterSet* parameters) {
  PhiloxSequence random({.seed = seed});
  for (const auto& parameter : parameters->parameters()) {
    const Tensor value = parameter->value();
    for (int64_t i = 0; i < value.size(); ++i) {
      value[i] += static_cast<Real>(stddev * random.Normal());
    }
  }
}

std::vector<GradCheckResult> CheckGradients(Context& context, ParameterSet& parameters,
                                            absl::FunctionRef<Variable(Tape&)> loss,
                                            const GradCheckOptions& options) {
  parameters.ZeroGrads();
  {
    Tape tape(&context);
    tape.Backward(loss(tape));
  }
  const Differences differences(&context, loss, options);
  std::vector<GradCheckResult> results;
  for (const auto& parameter : parameters.parameters()) {
    const Tensor value = parameter->value();
    const int64_t num_elements =
        options.max_elements > 0 ? std::min(options.max_elements, value.size()) : value.size();
    GradCheckResult result;
    result.parameter = parameter->name();
    double scale = 1e-3;
    double worst = -1;
    for (int64_t i = 0; i < num_elements; ++i) {
      const int64_t element = i * value.size() / num_elements;
      const double analytic = parameter->grad()[element];
      const std::optional<Derivative> difference = differences.Central(value[element]);
      if (!difference.has_value()) {
        ++result.num_skipped;
        continue;
      }
      ++result.num_checked;
      const double numeric = difference->value;
      scale = std::max(scale, std::abs(numeric));
      const double distance = std::abs(analytic - numeric);
      const double error = distance <= difference->rounding ? 0 : distance - difference->rounding;
      // A NaN is the worst, and stays it.
      if (!(error <= worst) && !std::isnan(worst)) {
        worst = error;
        result.element = element;
        result.analytic = analytic;
        result.numeric = numeric;
      }
    }
    const bool all_skipped = result.num_checked == 0 && result.num_skipped > 0;
    result.relative_error = all_skipped ? std::numeric_limits<double>::infinity() : worst / scale;
    results.push_back(result);
  }
  parameters.ZeroGrads();
  return results;
}

}  // namespace ladder
