#ifndef LADDER_OPS_LOSSES_H_
#define LADDER_OPS_LOSSES_H_

#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/tape.h"

// Losses: scalars, shape [], means over the batch.

namespace ladder {

// Cross-entropy of integer labels, in nats, of unnormalised log-probabilities.
//
//   y = 1/m sum_i (ln sum_j e^logits[i][j] - logits[i][labels[i]])
//   dlogits += dy / m (softmax(logits) - onehot(labels))
//
//   logits: [..., n], seen as m rows     labels: m numbers in [0, n)     y: []
//
// Finite logits of any size give a finite loss. Dies if there is no row, or if the labels are not
// one a row and in range.
Variable SoftmaxCrossEntropy(Variable logits, absl::Span<const int32_t> labels);

}  // namespace ladder

#endif  // LADDER_OPS_LOSSES_H_
