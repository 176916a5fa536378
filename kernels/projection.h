#ifndef LADDER_KERNELS_PROJECTION_H_
#define LADDER_KERNELS_PROJECTION_H_

#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder::kernels {

// Divides each output's incoming weights by their L2 norm: projection based weight normalization
// (Huang, Liu, Lang and Li 2017, "Projection based weight normalization for deep neural networks",
// arXiv 1710.02338), done after each step of an optimizer.
//
//   w[:, j] /= |w[:, j]|      w: [..., outputs], seen as a matrix; such as [inputs, units] or
//                             [kernel, kernel, channels, filters]
//
// A column of zeros stays as it is. The same bits on any number of threads.
void ProjectToUnitNorm(Context& context, Tensor w);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_PROJECTION_H_
