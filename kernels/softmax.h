#ifndef LADDER_KERNELS_SOFTMAX_H_
#define LADDER_KERNELS_SOFTMAX_H_

#include <cstdint>

#include "absl/types/span.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

// Softmax of each row: tensors are rows() rows of cols() numbers. The largest number of the row is
// subtracted first, so nothing overflows.

namespace ladder::kernels {

// y = e^x / sum e^x, and its gradient dx = y (dy - sum(y dy)).
void Softmax(Context& context, Tensor x, Tensor y);
void SoftmaxBackward(Context& context, Tensor y, Tensor dy, Output dx);

// y = x - ln sum e^x, and its gradient dx = dy - e^y sum(dy).
void LogSoftmax(Context& context, Tensor x, Tensor y);
void LogSoftmaxBackward(Context& context, Tensor y, Tensor dy, Output dx);

// losses[i] = -weights[i] LogSoftmax(x)[i][labels[i]] and p = Softmax(x). No weights: all are 1.
void CrossEntropy(Context& context, Tensor x, absl::Span<const int32_t> labels,
                  absl::Span<const Real> weights, Tensor p, Tensor losses);
// The gradient of the mean loss of m rows: dx[i] = dmean / m weights[i] (p[i] - onehot(labels[i])).
// dmean: [].
void CrossEntropyBackward(Context& context, Tensor p, absl::Span<const int32_t> labels,
                          absl::Span<const Real> weights, Tensor dmean, Output dx);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_SOFTMAX_H_
