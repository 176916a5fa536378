#ifndef LADDER_KERNELS_NORMALIZE_H_
#define LADDER_KERNELS_NORMALIZE_H_

#include <cstdint>

#include "absl/types/span.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

// Normalization by given statistics. The mathematics is in ops/batch_norm.h. x, y: rows of n
// columns, cut into consecutive groups of `group_rows` rows; mean, variance, rstd: [groups, n].

namespace ladder::kernels {

// rstd = 1 / sqrt(variance + epsilon).
void ReciprocalStddev(Context& context, Tensor variance, Real epsilon, Tensor rstd);

// y = (x - mean) rstd by given statistics.
void Normalize(Context& context, Tensor x, Tensor mean, Tensor rstd,
               absl::Span<const int64_t> group_rows, Tensor y);

// dx, dmean and dvariance may be null, which stands for "not wanted".
void NormalizeBackward(Context& context, absl::Span<const int64_t> group_rows, Tensor y,
                       Tensor rstd, Tensor dy, Output dx, Output dmean, Output dvariance);

// Each column's sum of the squares of (x - mean) rstd - target. sums: [groups, n]
void NormalizedError(Context& context, Tensor x, Tensor mean, Tensor rstd, Tensor target,
                     absl::Span<const int64_t> group_rows, Tensor sums);

// The gradients of half their sum times `factor`; each may be null.
void NormalizedErrorBackward(Context& context, Tensor x, Tensor mean, Tensor rstd, Tensor target,
                             absl::Span<const int64_t> group_rows, Real factor, Output dx,
                             Output dtarget, Output dmean, Output dvariance);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_NORMALIZE_H_
