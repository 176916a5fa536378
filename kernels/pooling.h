#ifndef LADDER_KERNELS_POOLING_H_
#define LADDER_KERNELS_POOLING_H_

#include <cstdint>

#include "kernels/windows.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

// Kernels that make images smaller and larger; each image is the work of one thread.
//
//   x: [N, H, W, C]     y: [N, windows.rows.count, windows.cols.count, C]

namespace ladder::kernels {

// y = the largest of each window; NaN if there is one.
void MaxPool(Context& context, Tensor x, const Windows& windows, Tensor y);
// dx = dy at the first element of the window that is equal to y, row by row; 0 elsewhere.
void MaxPoolBackward(Context& context, Tensor x, Tensor y, Tensor dy, const Windows& windows,
                     Output dx);

// y = the mean of the elements of each window inside of the image.
void AveragePool(Context& context, Tensor x, const Windows& windows, Tensor y);
void AveragePoolBackward(Context& context, Tensor dy, const Windows& windows, Output dx);

// y = x, each pixel copied to its block: the blocks are windows of y that tile it.
void Upsample(Context& context, Tensor x, const Windows& blocks, Tensor y);
void UpsampleBackward(Context& context, Tensor dy, const Windows& blocks, Output dx);

// y[i, j] = x[i - top, j - left] where that is inside of x, 0 elsewhere.
// x: [N, H, W, C]     y: [N, H', W', C]
void Place(Context& context, Tensor x, int64_t top, int64_t left, Output y);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_POOLING_H_
