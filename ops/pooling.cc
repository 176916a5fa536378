#include "ops/pooling.h"

#include <algorithm>

#include "autodiff/op.h"
#include "kernels/pooling.h"
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
  op.Require(options.height >= 1 && options.width >= 1 && options.stride_height >= 1 &&
                 options.stride_width >= 1,
             "a window and strides of at least 1");
  op.Require(options.ceil_mode || (options.height <= x[1] && options.width <= x[2]),
             "a window that is no larger than the image, or ceil_mode");
  return {PoolAxis(x[1], options.height, options.stride_height, options.ceil_mode),
          PoolAxis(x[2], options.width, options.stride_width, options.ceil_mode)};
}

Shape WithSize(const Shape& x, int64_t height, int64_t width) {
  return x.With(1, height).With(2, width);
}

}  // namespace

Variable MaxPool2d(Variable x, const PoolOptions& options) {
  Op op("MaxPool2d", {{"x", x}},
        {{"height", options.height},
         {"width", options.width},
         {"stride_height", options.stride_height},
         {"stride_width", options.stride_width},
         {"ceil_mode", options.ceil_mode}});
  const Windows windows = PoolWindows(op, x.shape(), options);
  const Variable y = op.Output(WithSize(x.shape(), windows.rows.count, windows.cols.count));
  kernels::MaxPool(op.context(), x.value(), windows, y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::MaxPoolBackward(context, x.value(), y.value(), y.grad(), windows, dx);
    }
  });
  return y;
}

Variable AveragePool2d(Variable x, const PoolOptions& options) {
  Op op("AveragePool2d", {{"x", x}},
        {{"height", options.height},
         {"width", options.width},
         {"stride_height", options.stride_height},
         {"stride_width", options.stride_width},
         {"ceil_mode", options.ceil_mode}});
  const Windows windows = PoolWindows(op, x.shape(), options);
  const Variable y = op.Output(WithSize(x.shape(), windows.rows.count, windows.cols.count));
  kernels::AveragePool(op.context(), x.value(), windows, y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
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
  Op op("UpsampleNearest2d", {{"x", x}},
        {{"height_factor", height_factor}, {"width_factor", width_factor}});
  RequireImages(op, x.shape());
  op.Require(height_factor >= 1 && width_factor >= 1, "factors >= 1");
  const int64_t height = x.shape()[1] * height_factor, width = x.shape()[2] * width_factor;
  // Each pixel of x stands for a window of y.
  const Windows blocks = {{height, height_factor, height_factor, 0, x.shape()[1]},
                          {width, width_factor, width_factor, 0, x.shape()[2]}};
  const Variable y = op.Output(WithSize(x.shape(), height, width));
  kernels::Upsample(op.context(), x.value(), blocks, y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::UpsampleBackward(context, y.grad(), blocks, dx);
    }
  });
  return y;
}

Variable Pad2d(Variable x, int64_t top, int64_t bottom, int64_t left, int64_t right) {
  Op op("Pad2d", {{"x", x}}, {{"top", top}, {"bottom", bottom}, {"left", left}, {"right", right}});
  RequireImages(op, x.shape());
  const int64_t height = x.shape()[1] + top + bottom, width = x.shape()[2] + left + right;
  op.Require(height >= 1 && width >= 1, "to leave at least one pixel");
  const Variable y = op.Output(WithSize(x.shape(), height, width));
  kernels::Place(op.context(), x.value(), top, left, y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::Place(context, y.grad(), -top, -left, dx);
    }
  });
  return y;
}

}  // namespace ladder
