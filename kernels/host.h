#ifndef LADDER_KERNELS_HOST_H_
#define LADDER_KERNELS_HOST_H_

#include <vector>

#include "absl/types/span.h"
#include "tensor/tensor.h"

// The way of elements to and from the program's own memory.

namespace ladder::kernels {

// The elements, row-major.
std::vector<Real> ToHost(Tensor x);
// The one element of a tensor of size 1.
Real ToScalar(Tensor x);
// Writes all elements; there are as many values.
void FromHost(absl::Span<const Real> values, Tensor y);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_HOST_H_
