#ifndef LADDER_OPS_KERNELS_IM2COL_H_
#define LADDER_OPS_KERNELS_IM2COL_H_

#include "autodiff/context.h"
#include "autodiff/tensor.h"
#include "ops/kernels/windows.h"

// Images as matrices of patches: a convolution is then a matrix product.
//
//   x: [N, H, W, C]     patches: [N * windows.count(), windows.size() * C]

namespace ladder::kernels {

// Each row of `patches` is a window of an image, row-major; zeros outside of the image.
void Im2Col(Context& context, Tensor x, const Windows& windows, Tensor patches);

// The way back: each element of dx is the sum of its copies in `patches`.
void Col2Im(Context& context, Tensor patches, const Windows& windows, Gradient dx);

}  // namespace ladder::kernels

#endif  // LADDER_OPS_KERNELS_IM2COL_H_
