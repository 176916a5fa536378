#ifndef LADDER_OPS_KERNELS_BATCH_NORM_H_
#define LADDER_OPS_KERNELS_BATCH_NORM_H_

#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/context.h"
#include "autodiff/tensor.h"

namespace ladder::kernels {

// The mathematics is in ops/batch_norm.h. x, y: rows of n columns, cut into consecutive groups of
// `group_rows` rows; mean, variance, rstd: [groups, n]; rstd = 1 / sqrt(variance + epsilon).
void BatchNorm(Context& context, Tensor x, absl::Span<const int64_t> group_rows, Real epsilon,
               Tensor y, Tensor mean, Tensor variance, Tensor rstd);

// Adds to dx. dy, dmean and dvariance may be null, which stands for zeros.
void BatchNormBackward(Context& context, absl::Span<const int64_t> group_rows, Tensor y,
                       Tensor rstd, Tensor dy, Tensor dmean, Tensor dvariance, Tensor dx);

// y = (x - mean) rstd by given statistics; fills rstd.
void Normalize(Context& context, Tensor x, Tensor mean, Tensor variance,
               absl::Span<const int64_t> group_rows, Real epsilon, Tensor y, Tensor rstd);

// Adds to dx, dmean and dvariance, each of which may be null, which stands for "not wanted".
void NormalizeBackward(Context& context, absl::Span<const int64_t> group_rows, Tensor y,
                       Tensor rstd, Tensor dy, Tensor dx, Tensor dmean, Tensor dvariance);

}  // namespace ladder::kernels

#endif  // LADDER_OPS_KERNELS_BATCH_NORM_H_
