#ifndef LADDER_OPS_COMBINATOR_H_
#define LADDER_OPS_COMBINATOR_H_

#include "autodiff/tape.h"

namespace ladder {

// Denoising functions g(z, u) of the ladder network's decoder: they combine the noisy lateral
// signal z with the signal u from the level above. Elementwise over rows; the parameters `a` are
// apart for each of the n units (channels).
//
//   z, u, y: [..., n]
//
// z and u may be the same; as views of one variable, the arguments may not overlap otherwise.

// The Gaussian denoising function (Rasmus et al. 2015, section 4.1, eq. (2)).
//
//   mu = a1 sigmoid(a2 u + a3) + a4 u + a5
//   v  = a6 sigmoid(a7 u + a8) + a9 u + a10
//   y  = (z - mu) v + mu                          a: [10, n], rows a1 to a10
Variable GaussCombinator(Variable z, Variable u, Variable a);

// The denoising function of the first version (July 2015) of the same work, the "vanilla"
// combinator of Pezeshki et al. 2016, eq. (16).
//
//   y = a1 + a2 z + a3 u + a4 z u + b1 sigmoid(c1 + c2 z + c3 u + c4 z u)
//                                                 a: [9, n], rows a1 to a4, b1, c1 to c4
Variable SigmoidCombinator(Variable z, Variable u, Variable a);

}  // namespace ladder

#endif  // LADDER_OPS_COMBINATOR_H_
