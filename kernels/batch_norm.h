#ifndef LADDER_KERNELS_BATCH_NORM_H_
#define LADDER_KERNELS_BATCH_NORM_H_

#include <cstdint>

#include "absl/types/span.h"
#include "base/philox.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder::kernels {

// The mathematics is in ops/batch_norm.h. x, y: rows of n columns, cut into consecutive groups of
// `group_rows` rows; mean, variance, rstd: [groups, n]; rstd = 1 / sqrt(variance + epsilon).
void BatchNorm(Context& context, Tensor x, absl::Span<const int64_t> group_rows, Real epsilon,
               Tensor y, Tensor mean, Tensor variance, Tensor rstd);

// dy, dmean and dvariance may be null, which stands for zeros.
void BatchNormBackward(Context& context, absl::Span<const int64_t> group_rows, Tensor y,
                       Tensor rstd, Tensor dy, Tensor dmean, Tensor dvariance, Output dx);

// The first `size` elements get noise.
struct Noise {
  RandomKey key;
  Real stddev;
  int64_t size;
};

// beta: [n]
void BatchNormRelu(Context& context, Tensor x, absl::Span<const int64_t> group_rows, Real epsilon,
                   Tensor beta, Real negative_slope, const Noise& noise, Tensor z, Tensor h,
                   Tensor mean, Tensor variance, Tensor rstd);

// dz, dh, dmean and dvariance may be null, which stands for zeros; dx and dbeta too, which stands
// for "not wanted". dbeta: [groups, n], each group's sum, which is assigned.
void BatchNormReluBackward(Context& context, Tensor x, absl::Span<const int64_t> group_rows,
                           Tensor mean, Tensor rstd, Tensor h, Real negative_slope, Tensor dz,
                           Tensor dh, Tensor dmean, Tensor dvariance, Output dx, Tensor dbeta);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_BATCH_NORM_H_
