#ifndef LADDER_LADDER_PRIOR_CORRECTION_H_
#define LADDER_LADDER_PRIOR_CORRECTION_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace ladder {

// How much more frequent each class is among rows whose classes are not known than among those that
// a classifier learnt from, from what it predicts for them, by expectation maximization: Saerens,
// Latinne and Decaestecker 2002, "Adjusting the outputs of a classifier to new a priori
// probabilities: a simple procedure", eq. 2.9. Of rows i with probabilities p_ic, and classes that
// were learnt with the frequencies q_c:
//
//   r_c <- pi_c / q_c      pi_c <- (1 + sum_i p_ic r_c / sum_d p_id r_d) / (n + k)
//
// from pi = q on; the 1 and k stand for a row of each class beside the n rows, so that no class
// goes for good.
//
//   probabilities: [n, k]    learnt: q, [k], above 0, sum 1    the result: r, [k]
std::vector<double> EstimatePriorRatio(absl::Span<const double> probabilities,
                                       absl::Span<const double> learnt);

}  // namespace ladder

#endif  // LADDER_LADDER_PRIOR_CORRECTION_H_
