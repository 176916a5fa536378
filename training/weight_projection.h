#ifndef LADDER_TRAINING_WEIGHT_PROJECTION_H_
#define LADDER_TRAINING_WEIGHT_PROJECTION_H_

#include "autodiff/context.h"
#include "autodiff/tensor.h"

namespace ladder {

// Divides each output's incoming weights by their L2 norm: projection based weight normalization
// (Huang, Liu, Lang and Li 2017, "Projection based weight normalization for deep neural networks",
// arXiv 1710.02338), done after each step of an optimizer.
//
//   w[:, j] /= |w[:, j]|      w: [..., outputs], seen as a matrix; such as [inputs, units] or
//                             [kernel, kernel, channels, filters]
//
// A column of zeros stays as it is. The same bits on any number of threads.
void ProjectToUnitNorm(Context& context, Tensor w);

}  // namespace ladder

#endif  // LADDER_TRAINING_WEIGHT_PROJECTION_H_
