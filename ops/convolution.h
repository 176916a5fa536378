#ifndef LADDER_OPS_CONVOLUTION_H_
#define LADDER_OPS_CONVOLUTION_H_

#include <cstdint>

#include "autodiff/tape.h"

namespace ladder {

// What is outside of the image, where windows reach over its edge, is zero.
//
//   kValid   windows inside of the image           H' = floor((H - kh) / stride) + 1
//   kFull    windows that touch the image          H' = floor((H + kh - 2) / stride) + 1
//   kSame    the size of the image at stride 1     H' = ceil(H / stride)
//
// and so for the width. kSame is TensorFlow's SAME: max(0, (H' - 1) stride + kh - H) rows of zeros,
// half of them above, and the odd one below.
enum class Padding { kValid, kFull, kSame };

struct Conv2dOptions {
  int64_t stride_height = 1, stride_width = 1;  // at least 1
  Padding padding = Padding::kValid;
};

// Convolution as networks have it, a cross-correlation: the kernel is not flipped.
//
//   y[n, i, j, d] = sum over k, l, c of x[n, i s - top + k, j s' - left + l, c] w[k, l, c, d]
//
//   x: [N, H, W, C]   w: [kh, kw, C, D]   y: [N, H', W', D]   s, s': the strides
//
//   dx += ConvTranspose2d(dy, w)     dw[k, l, c, d] += sum over n, i, j of x[...] dy[n, i, j, d]
//
// Dies unless the shapes fit, H, W, kh and kw are at least 1 and, with kValid, kh <= H, kw <= W.
Variable Conv2d(Variable x, Variable w, const Conv2dOptions& options = {});

// The transpose of Conv2d as a linear map: its gradient with respect to its input.
//
//   <Conv2d(a, w), x> == <a, ConvTranspose2d(x, w)>
//
//   x: [N, H', W', D]   w: [kh, kw, C, D]   y: [N, H, W, C]
//
//   dx += Conv2d(dy, w)     dw as that of Conv2d, with y in the place of x and x in that of y
//
// H is the smallest that Conv2d makes H' of, with kSame the largest, and so for W:
//
//   kValid   H = (H' - 1) stride + kh
//   kFull    H = (H' - 1) stride - kh + 2
//   kSame    H = H' stride
//
// Dies unless the shapes fit and H, W, H', W', kh and kw are at least 1.
Variable ConvTranspose2d(Variable x, Variable w, const Conv2dOptions& options = {});

}  // namespace ladder

#endif  // LADDER_OPS_CONVOLUTION_H_
