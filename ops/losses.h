#ifndef LADDER_OPS_LOSSES_H_
#define LADDER_OPS_LOSSES_H_

#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/tape.h"

// Losses: scalars, shape [], means over the batch.

namespace ladder {

// Cross-entropy of integer labels, in nats, of unnormalized log-probabilities.
//
//   y = 1/m sum_i weights[i] (ln sum_j e^logits[i][j] - logits[i][labels[i]])
//   dlogits += dy / m weights[i] (softmax(logits) - onehot(labels))
//
//   logits: [..., n], seen as m rows     labels: m numbers in [0, n)     weights: [m]     y: []
//
// Without weights all are 1. The sum is divided by the rows, not by the weights: a row weighs the
// same in any batch. Logits up to half the largest float give a finite loss. Dies if there is no
// row, or if labels and weights are not one a row, or a label is out of range.
Variable SoftmaxCrossEntropy(Variable logits, absl::Span<const int32_t> labels,
                             absl::Span<const Real> weights = {});

// Cross-entropy of probabilities, in nats, of logits: the log-odds of each element on its own.
//
//   y = mean of ln(1 + e^logits) - targets logits
//   dlogits += dy / n (sigmoid(logits) - targets)     dtargets -= dy / n logits
//
//   logits, targets: one shape, n elements     targets: in [0, 1], not checked     y: []
//
// The logarithm is computed as in Softplus: finite logits of any size give a finite loss. Dies
// if the shapes differ or are empty.
Variable BinaryCrossEntropyWithLogits(Variable logits, Variable targets);

// Mean of squared differences, over all n elements.
//
//   y = mean of (prediction - target)^2
//   dprediction += dy 2 / n (prediction - target)     dtarget likewise, negative
//
//   prediction, target: one shape     y: []
//
// Dies if the shapes differ or are empty.
Variable MeanSquaredError(Variable prediction, Variable target);

// The same two losses where some targets are not known: NaN. The mean is over the n that are known,
// and the others add nothing to the value nor to the gradient; where none is, both are 0.
//
//   prediction, logits: [..., columns]     targets: [rows, columns]     y: []
//
// The targets are constants, read where they lie until the gradients are done. They are no
// Variable, because NaN in one is the sign of a failed computation. Dies if the rows or columns
// differ.
Variable MeanSquaredErrorOfKnown(Variable prediction, Tensor targets);
Variable BinaryCrossEntropyOfKnown(Variable logits, Tensor targets);

}  // namespace ladder

#endif  // LADDER_OPS_LOSSES_H_
