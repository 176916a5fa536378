#include "ops/pooling.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "autodiff/op.h"
#include "ops/kernels/pooling.h"
#include "ops/reduction.h"

namespace ladder {
namespace {

using kernels::WindowAxis;
using kernels::Windows;

void RequireImages(const Op& op, const Shape& x) {
  op.Require(x.rank() == 4, "x.rank == 4");
  op.Require(x[1] >= 1 && x[2] >= 1, "images of at least one pixel");
}

WindowAxis PoolAxis(int64_t image, int64_t size, int64_t stride, bool ceil_mode) {
  const int64_t left = std::max<int64_t>(0, image - size);  // after the first window
  int64_t count = left / stride + 1;
  if (ceil_mode && left % stride > 0 && count * stride < image) ++count;
  return {image, size, stride, /*before=*/0, count};
}

Windows PoolWindows(const Op& op, const Shape& x, const PoolOptions& options) {
  RequireImages(op, x);
  const bool is_positive =
      std::min({options.height, options.width, options.stride_height, options.stride_width}) >= 1;
  const bool fits = options.ceil_mode || (options.height <= x[1] && options.width <= x[2]);
  if (!is_positive || !fits) {
    op.Require(false,
               is_positive ? "a window that is no larger than the image, or ceil_mode"
                           : "a window and strides of at least 1",
               absl::StrCat("height = ", options.height, ", width = ", options.width,
                            ", stride_height = ", options.stride_height,
                            ", stride_width = ", options.stride_width));
  }
  return {PoolAxis(x[1], options.height, options.stride_height, options.ceil_mode),
          PoolAxis(x[2], options.width, options.stride_width, options.ceil_mode)};
}

Shape WithSize(const Shape& x, int64_t height, int64_t width) {
  return x.With(1, height).With(2, width);
}

}  // namespace

Variable MaxPool2d(Variable x, const PoolOptions& options) {
  Op op("MaxPool2d", {{"x", x}});
  const Windows windows = PoolWindows(op, x.shape(), options);
  const Variable y = op.Output(WithSize(x.shape(), windows.rows.count, windows.cols.count));
  kernels::MaxPool(op.context(), x.value(), windows, y.value());
  op.Backward([=](Context& context) {
    if (const Gradient dx = WholeGradientOf(x)) {
      kernels::MaxPoolBackward(context, x.value(), y.value(), y.grad(), windows, dx);
    }
  });
  return y;
}

Variable AveragePool2d(Variable x, const PoolOptions& options) {
  Op op("AveragePool2d", {{"x", x}});
  const Windows windows = PoolWindows(op, x.shape(), options);
  const Variable y = op.Output(WithSize(x.shape(), windows.rows.count, windows.cols.count));
  kernels::AveragePool(op.context(), x.value(), windows, y.value());
  op.Backward([=](Context& context) {
    if (const Gradient dx = WholeGradientOf(x)) {
      kernels::AveragePoolBackward(context, y.grad(), windows, dx);
    }
  });
  return y;
}

Variable GlobalMeanPool2d(Variable x) {
  RequireImages(Op("GlobalMeanPool2d", {{"x", x}}), x.shape());
  return Mean(x, {1, 2}, /*keepdims=*/true);
}

Variable UpsampleNearest2d(Variable x, int64_t height_factor, int64_t width_factor) {
  Op op("UpsampleNearest2d", {{"x", x}});
  RequireImages(op, x.shape());
  if (height_factor < 1 || width_factor < 1) {
    op.Require(false, "factors >= 1",
               absl::StrCat("height_factor = ", height_factor, ", width_factor = ", width_factor));
  }
  const int64_t height = x.shape()[1] * height_factor, width = x.shape()[2] * width_factor;
  // Each pixel of x stands for a window of y.
  const Windows blocks = {{height, height_factor, height_factor, 0, x.shape()[1]},
                          {width, width_factor, width_factor, 0, x.shape()[2]}};
  const Variable y = op.Output(WithSize(x.shape(), height, width));
  kernels::Upsample(op.context(), x.value(), blocks, y.value());
  op.Backward([=](Context& context) {
    if (const Gradient dx = WholeGradientOf(x)) {
      kernels::UpsampleBackward(context, y.grad(), blocks, dx);
    }
  });
  return y;
}

Variable Pad2d(Variable x, int64_t top, int64_t bottom, int64_t left, int64_t right) {
  Op op("Pad2d", {{"x", x}});
  RequireImages(op, x.shape());
  const int64_t height = x.shape()[1] + top + bottom, width = x.shape()[2] + left + right;
  if (height < 1 || width < 1) {
    op.Require(
        false, "to leave at least one pixel",
        absl::StrCat("top = ", top, ", bottom = ", bottom, ", left = ", left, ", right = ", right));
  }
  const Variable y = op.Output(WithSize(x.shape(), height, width));
  kernels::Place(op.context(), x.value(), top, left, {y.value(), /*add=*/false});
  op.Backward([=](Context& context) {
    if (const Gradient dx = WholeGradientOf(x)) {
      kernels::Place(context, y.grad(), -top, -left, dx);
    }
  });
  return y;
}

}  // namespace ladder
