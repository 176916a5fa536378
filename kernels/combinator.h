#ifndef LADDER_KERNELS_COMBINATOR_H_
#define LADDER_KERNELS_COMBINATOR_H_

#include <cstdint>

#include "absl/types/span.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder::kernels {

// The mathematics is in ops/combinator.h. z, u, y: rows of n; a: [parameters, n].
//
// The backward functions write dz before du, since they may be one; each of dz, du and da may be
// null, which stands for "not wanted".

enum class Formula { kGauss, kGatedGauss, kSigmoid, kNoMult, kNoSig, kLinear };

int NumParameters(Formula formula);
void Combinator(Context& context, Formula formula, Tensor z, Tensor u, Tensor a, Tensor y);
void CombinatorBackward(Context& context, Formula formula, Tensor z, Tensor u, Tensor a, Tensor dy,
                        Output dz, Output du, Output da);

// At most kMaxMlpHidden hidden units in all.
constexpr int kMaxMlpHidden = 64;
struct Mlp {
  absl::Span<const int32_t> hidden_units;
  bool augmented;
};

void MlpCombinator(Context& context, Mlp mlp, Tensor z, Tensor u, Tensor a, Tensor y);
void MlpCombinatorBackward(Context& context, Mlp mlp, Tensor z, Tensor u, Tensor a, Tensor dy,
                           Output dz, Output du, Output da);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_COMBINATOR_H_
