#ifndef LADDER_TOOLS_LOSS_GRADIENTS_H_
#define LADDER_TOOLS_LOSS_GRADIENTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "autodiff/grad_check.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"
#include "ladder/trainer.h"

namespace ladder {

// The largest relative error of a gradient that is right, in double.
inline constexpr double kGradientTolerance = 1e-6;

// Compares the gradient of a model's loss with central differences, one result a parameter, at most
// `max_elements` elements of each (0: all). For the double build.
//
// The batch is 6 labeled and 8 unlabeled rows, or what there is of them. All parameters are moved
// off their initial values by N(0, 0.05) (Perturb). Steps across a kink of the loss, where a relu
// goes on or off, are shortened (GradCheckOptions::piece). Virtual adversarial perturbations are
// held fixed, as training takes them.
std::vector<GradCheckResult> CheckLossGradients(const Experiment& experiment,
                                                const Dataset& dataset, const RowSplit& split,
                                                int64_t max_elements);

// Whether all errors are below kGradientTolerance.
bool GradientsAgree(const std::vector<GradCheckResult>& results);

// A table of the element of each parameter where the gradients differ most, and the verdict.
std::string LossGradientsText(const std::vector<GradCheckResult>& results);

// {"tolerance", "agree", "parameters": [{"parameter", "checked", "skipped", "element", "analytic",
//  "numeric", "relative_error"}, ...]}
std::string LossGradientsJson(const std::vector<GradCheckResult>& results);

}  // namespace ladder

#endif  // LADDER_TOOLS_LOSS_GRADIENTS_H_
