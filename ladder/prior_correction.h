#ifndef LADDER_LADDER_PRIOR_CORRECTION_H_
#define LADDER_LADDER_PRIOR_CORRECTION_H_

#include <vector>

#include "absl/types/span.h"

namespace ladder {

// How much more frequent each class is among rows whose classes are not known than among those that
// a classifier learned from, from what it predicts for them, by expectation maximization: Saerens,
// Latinne and Decaestecker 2002, "Adjusting the outputs of a classifier to new a priori
// probabilities: a simple procedure", eq. 2.9. Of rows i with probabilities p_ic, and classes that
// were learned with the frequencies q_c:
//
//   r_c <- pi_c / q_c      pi_c <- (1 + sum_i p_ic r_c / sum_d p_id r_d) / (n + k)
//
// from pi = q on; the 1 and k stand for a row of each class beside the n rows, so that no class
// goes for good.
//
//   probabilities: [n, k]    learned: q, [k], sum 1    the result: r, [k], 1 where q_c is 0
std::vector<double> EstimatePriorRatio(absl::Span<const double> probabilities,
                                       absl::Span<const double> learned);

}  // namespace ladder

#endif  // LADDER_LADDER_PRIOR_CORRECTION_H_
