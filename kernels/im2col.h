#ifndef LADDER_KERNELS_IM2COL_H_
#define LADDER_KERNELS_IM2COL_H_

#include <cstdint>

#include "kernels/windows.h"
#include "tensor/tensor.h"

// Images as matrices of patches: a convolution is then a matrix product. A line is a row of windows
// of one image; those of all images are numbered one after another.
//
//   x: [N, H, W, C]     lines: [0, N * windows.rows.count)
//   patches: [(end - begin) * windows.cols.count, windows.size() * C]
//
// These run on the calling thread alone.

namespace ladder::kernels {

// A row of `patches` for each window of the lines [begin, end), row-major; zeros outside of the
// image.
void Im2Col(Tensor x, const Windows& windows, int64_t begin, int64_t end, Real* patches);

// The way back: adds to each element of dx its copies in `patches`.
void Col2ImAdd(const Real* patches, const Windows& windows, int64_t begin, int64_t end, Tensor dx);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_IM2COL_H_
