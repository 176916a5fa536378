#ifndef LADDER_AUTODIFF_GRAD_CHECK_H_
#define LADDER_AUTODIFF_GRAD_CHECK_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "autodiff/tape.h"

namespace ladder {

struct GradCheckOptions {
  // The step h of the central difference, which also looks 2h away; relative to max(1, |x|).
  double step = 1e-5;
  // At most this many elements of each parameter are checked, spread evenly; 0: all of them.
  int64_t max_elements = 0;
  // For a loss with kinks. Tells, after a call of the loss, which of its smooth pieces that call
  // was on: such as a hash of which relus were on. A difference across two pieces says nothing of
  // the gradient: an element's step is cut to a tenth, up to three times, until all is on one
  // piece; if that fails, the element is skipped.
  std::function<uint64_t()> piece = nullptr;
};

// The element of a parameter where the analytic and the numeric gradient differ most.
struct GradCheckResult {
  std::string parameter;
  int64_t num_checked = 0;
  int64_t num_skipped = 0;  // not among the checked ones
  int64_t element = 0;
  double analytic = 0;
  double numeric = 0;
  // (|analytic - numeric| - rounding) / max(largest |numeric| of this parameter, 1e-3), at least 0:
  // relative to the parameter's scale, since single elements may be 0 by symmetry. `rounding`,
  // 2 epsilon |loss| / step, is what the rounding of the loss alone can do to the difference; more
  // precise no difference is. Infinite if all elements were skipped.
  double relative_error = 0;
};

// Moves all parameters by N(0, stddev): where they start, many gradients are zero, and so equal to
// whatever is zero by mistake.
void Perturb(double stddev, uint64_t seed, ParameterSet* parameters);

// Compares the gradient of a loss with central differences, one result a parameter. `loss` builds a
// scalar on the tape, a function of the parameters alone: randomness must come from fixed keys.
// Leaves values as they were and gradients zero. Meaningful in the double build only.
std::vector<GradCheckResult> CheckGradients(Context& context, ParameterSet& parameters,
                                            absl::FunctionRef<Variable(Tape&)> loss,
                                            const GradCheckOptions& options = {});

}  // namespace ladder

#endif  // LADDER_AUTODIFF_GRAD_CHECK_H_
