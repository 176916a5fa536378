#include "ops/convolution.h"

#include <algorithm>

#include "autodiff/op.h"
#include "kernels/convolution.h"

namespace ladder {
namespace {

using kernels::WindowAxis;
using kernels::Windows;

// The windows of a convolution along an axis of an image, of which `image` and `size` fit.
WindowAxis ConvolutionAxis(int64_t image, int64_t size, int64_t stride, Padding padding) {
  WindowAxis axis = {image, size, stride, 0, 0};
  switch (padding) {
    case Padding::kValid:
      axis.count = (image - size) / stride + 1;
      break;
    case Padding::kFull:
      axis.before = size - 1;
      axis.count = (image + size - 2) / stride + 1;
      break;
    case Padding::kSame:
      axis.count = (image + stride - 1) / stride;
      axis.before = std::max<int64_t>(0, (axis.count - 1) * stride + size - image) / 2;
      break;
  }
  return axis;
}

// The size of the image that `count` windows are made of.
int64_t ImageSize(int64_t count, int64_t size, int64_t stride, Padding padding) {
  switch (padding) {
    case Padding::kValid:
      return (count - 1) * stride + size;
    case Padding::kFull:
      return (count - 1) * stride - size + 2;
    case Padding::kSame:
      return count * stride;
  }
  return 0;
}

const char* Name(Padding padding) {
  switch (padding) {
    case Padding::kValid:
      return "valid";
    case Padding::kFull:
      return "full";
    case Padding::kSame:
      return "same";
  }
  return "";
}

// What both operations require of x, w and the options.
void RequireImagesAndKernel(const Op& op, const Shape& x, const Shape& w,
                            const Conv2dOptions& options) {
  op.Require(x.rank() == 4 && w.rank() == 4, "x.rank == 4 and w.rank == 4");
  op.Require(x[1] >= 1 && x[2] >= 1 && w[0] >= 1 && w[1] >= 1,
             "at least one pixel in an image and in the kernel");
  op.Require(options.stride_height >= 1 && options.stride_width >= 1, "strides >= 1");
}

Windows ConvolutionWindows(int64_t height, int64_t width, const Shape& w,
                           const Conv2dOptions& options) {
  return {ConvolutionAxis(height, w[0], options.stride_height, options.padding),
          ConvolutionAxis(width, w[1], options.stride_width, options.padding)};
}

}  // namespace

Variable Conv2d(Variable x, Variable w, const Conv2dOptions& options) {
  Op op("Conv2d", {{"x", x}, {"w", w}},
        {{"stride_height", options.stride_height},
         {"stride_width", options.stride_width},
         {"padding", Name(options.padding)}});
  RequireImagesAndKernel(op, x.shape(), w.shape(), options);
  op.Require(x.shape()[3] == w.shape()[2], "x.shape[3] == w.shape[2], the channels");
  op.Require(options.padding != Padding::kValid ||
                 (w.shape()[0] <= x.shape()[1] && w.shape()[1] <= x.shape()[2]),
             "a kernel that is no larger than the image, with valid padding");
  const Windows windows = ConvolutionWindows(x.shape()[1], x.shape()[2], w.shape(), options);
  const Variable y =
      op.Output({x.shape()[0], windows.rows.count, windows.cols.count, w.shape()[3]});
  kernels::Convolve(op.context(), x.value(), w.value(), windows, y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::ConvolveTransposed(context, y.grad(), w.value(), windows, dx);
    }
    if (const Output dw = GradientOf(w)) {
      kernels::ConvolveWeightGradient(context, x.value(), y.grad(), windows, dw);
    }
  });
  return y;
}

Variable ConvTranspose2d(Variable x, Variable w, const Conv2dOptions& options) {
  Op op("ConvTranspose2d", {{"x", x}, {"w", w}},
        {{"stride_height", options.stride_height},
         {"stride_width", options.stride_width},
         {"padding", Name(options.padding)}});
  RequireImagesAndKernel(op, x.shape(), w.shape(), options);
  op.Require(x.shape()[3] == w.shape()[3], "x.shape[3] == w.shape[3], the channels");
  const int64_t height =
      ImageSize(x.shape()[1], w.shape()[0], options.stride_height, options.padding);
  const int64_t width =
      ImageSize(x.shape()[2], w.shape()[1], options.stride_width, options.padding);
  op.Require(height >= 1 && width >= 1, "x so large that a kernel fits, with full padding");
  const Windows windows = ConvolutionWindows(height, width, w.shape(), options);
  const Variable y = op.Output({x.shape()[0], height, width, w.shape()[2]});
  kernels::ConvolveTransposed(op.context(), x.value(), w.value(), windows, y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::Convolve(context, y.grad(), w.value(), windows, dx);
    }
    if (const Output dw = GradientOf(w)) {
      kernels::ConvolveWeightGradient(context, y.grad(), x.value(), windows, dw);
    }
  });
  return y;
}

}  // namespace ladder
