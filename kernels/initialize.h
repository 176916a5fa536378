#ifndef LADDER_KERNELS_INITIALIZE_H_
#define LADDER_KERNELS_INITIALIZE_H_

#include "base/philox.h"
#include "tensor/tensor.h"

// The first values of parameters: written once, so by one thread, and random ones drawn in order
// and in double.

namespace ladder::kernels {

// y = value.
void InitializeConstant(Real value, Tensor y);
// Independent normal values with mean 0.
void InitializeNormal(Real stddev, RandomKey key, Tensor y);
// Independent values, uniform over (-limit, limit).
void InitializeUniform(Real limit, RandomKey key, Tensor y);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_INITIALIZE_H_
