#ifndef LADDER_OPS_COMBINATOR_H_
#define LADDER_OPS_COMBINATOR_H_

#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/tape.h"

namespace ladder {

// Denoising functions g(z, u) of the ladder network's decoder: they combine the noisy lateral
// signal z with the signal u from the level above. Elementwise over rows; the parameters `a` are
// apart for each of the n units (channels).
//
//   z, u, y: [..., n]     a: [parameters, n], a row for each parameter, in the order given
//
// z and u may be the same; as views of one variable, the arguments may not overlap otherwise.

// The Gaussian denoising function (Rasmus et al. 2015, section 4.1, eq. (2)).
//
//   mu = a1 sigmoid(a2 u + a3) + a4 u + a5
//   v  = a6 sigmoid(a7 u + a8) + a9 u + a10
//   y  = (z - mu) v + mu                          a: [10, n], rows a1 to a10
Variable GaussCombinator(Variable z, Variable u, Variable a);

// The same with v as a gate in (0, 1) (Pezeshki et al. 2016, GatedGauss).
//
//   v  = sigmoid(a6 u + a7)                       a: [7, n], rows a1 to a7
Variable GatedGaussCombinator(Variable z, Variable u, Variable a);

// The denoising function of the first version (July 2015) of Rasmus et al., the "vanilla"
// combinator of Pezeshki et al. 2016, eq. (16).
//
//   y = a1 + a2 z + a3 u + a4 z u + b1 sigmoid(c1 + c2 z + c3 u + c4 z u)
//                                                 a: [9, n], rows a1 to a4, b1, c1 to c4
Variable SigmoidCombinator(Variable z, Variable u, Variable a);

// What is left of it without the products z u, without the sigmoid, and without both (the same
// paper, NoMult, NoSig, Linear).
//
//   y = a1 + a2 z + a3 u + b1 sigmoid(c1 + c2 z + c3 u)     a: [7, n], rows a1 to a3, b1, c1 to c3
//   y = a1 + a2 z + a3 u + a4 z u                           a: [4, n]
//   y = a1 + a2 z + a3 u                                    a: [3, n]
Variable NoMultCombinator(Variable z, Variable u, Variable a);
Variable NoSigCombinator(Variable z, Variable u, Variable a);
Variable LinearCombinator(Variable z, Variable u, Variable a);

// A perceptron for each unit (the same paper, MLP and AMLP): from the inputs u, z and, if
// augmented, u z, through hidden layers of leaky relus with slope 0.1 (also the derivative at 0),
// to one linear output.
//
//   a: [MlpCombinatorParameters(...), n]: layer by layer, unit by unit, its weights, then its bias
//
// Dies unless there are 1 to kMaxMlpHiddenUnits hidden units in all, and at least one in each
// layer.
constexpr int kMaxMlpHiddenUnits = 64;
Variable MlpCombinator(Variable z, Variable u, Variable a, absl::Span<const int32_t> hidden_units,
                       bool augmented);
int64_t MlpCombinatorParameters(absl::Span<const int32_t> hidden_units, bool augmented);

}  // namespace ladder

#endif  // LADDER_OPS_COMBINATOR_H_
