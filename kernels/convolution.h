#ifndef LADDER_KERNELS_CONVOLUTION_H_
#define LADDER_KERNELS_CONVOLUTION_H_

#include "kernels/windows.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

// The three products of a convolution y = x * w.
//
//   x: [N, H, W, C]   w: [kh, kw, C, D]   y: [N, H', W', D]
//
// Theory of operation: with a window of x as a row of a matrix of patches (im2col.h), each is a
// matrix product. Patches are up to kh kw times as large as x, so that they are made for a chunk of
// images at a time and made anew for the gradient. Chunks are cut by sizes alone.

namespace ladder::kernels {

// y = x * w, or y += x * w.
void Convolve(Context& context, Tensor x, Tensor w, const Windows& windows, Output y);

// dx = d(x * w) / dx dy: the transpose of Convolve.
void ConvolveTransposed(Context& context, Tensor dy, Tensor w, const Windows& windows, Output dx);

// dw = d(x * w) / dw dy.
void ConvolveWeightGradient(Context& context, Tensor x, Tensor dy, const Windows& windows,
                            Output dw);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_CONVOLUTION_H_
