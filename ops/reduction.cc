#include "ops/reduction.h"

#include <cmath>
#include <limits>

#include "autodiff/op.h"
#include "kernels/broadcast.h"
#include "kernels/elementwise.h"
#include "kernels/reduce.h"

namespace ladder {
namespace {

struct Reduction {
  Shape kept;    // the reduced axes have size 1
  Shape result;  // as kept, or without them
  int64_t n;     // how many elements make one
};

Reduction Reduce(const Op& op, const Shape& shape, absl::Span<const int> axes, bool keepdims) {
  bool reduced[Shape::kMaxRank] = {};
  for (int axis : axes) {
    op.Require(axis >= -shape.rank() && axis < shape.rank(), "axes in [-rank, rank)");
    bool& seen = reduced[shape.Axis(axis)];
    op.Require(!seen, "each axis once");
    seen = true;
  }
  Reduction reduction{shape, shape, 1};
  int64_t sizes[Shape::kMaxRank];
  int rank = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    if (axes.empty() || reduced[axis]) {
      reduction.n *= shape[axis];
      reduction.kept = reduction.kept.With(axis, 1);
      if (keepdims) sizes[rank++] = 1;
    } else {
      sizes[rank++] = shape[axis];
    }
  }
  reduction.result = Shape(absl::Span<const int64_t>(sizes, rank));
  return reduction;
}

}  // namespace

Variable Sum(Variable x, absl::Span<const int> axes, bool keepdims) {
  Op op("Sum", {{"x", x}}, {{"axes", axes}, {"keepdims", keepdims}});
  const Reduction reduction = Reduce(op, x.shape(), axes, keepdims);
  const Variable y = op.Output(reduction.result);
  kernels::Sum(op.context(), x.value(), y.value().Reshaped(reduction.kept));
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      const Tensor dy = y.grad().Reshaped(reduction.kept);
      kernels::BroadcastMap(
          context, dx, [](Real dy) { return dy; }, dy);
    }
  });
  return y;
}

Variable Mean(Variable x, absl::Span<const int> axes, bool keepdims) {
  Op op("Mean", {{"x", x}}, {{"axes", axes}, {"keepdims", keepdims}});
  const Reduction reduction = Reduce(op, x.shape(), axes, keepdims);
  op.Require(reduction.n > 0, "something to reduce");
  const Variable y = op.Output(reduction.result);
  const Real n = static_cast<Real>(reduction.n);
  const Tensor sum = op.Scratch(reduction.kept);
  kernels::Sum(op.context(), x.value(), sum);
  kernels::Map(
      op.context(), y.value(), [=](Real sum) { return sum / n; }, sum);
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      const Tensor dy = y.grad().Reshaped(reduction.kept);
      kernels::BroadcastMap(
          context, dx, [=](Real dy) { return dy / n; }, dy);
    }
  });
  return y;
}

Variable Max(Variable x, absl::Span<const int> axes, bool keepdims) {
  Op op("Max", {{"x", x}}, {{"axes", axes}, {"keepdims", keepdims}});
  const Reduction reduction = Reduce(op, x.shape(), axes, keepdims);
  op.Require(reduction.n > 0, "something to reduce");
  const Variable y = op.Output(reduction.result);
  kernels::Max(op.context(), x.value(), y.value().Reshaped(reduction.kept));
  op.Backward([=](Context& context) {
    const Output dx = GradientOf(x);
    if (!dx) return;
    const Tensor max = y.value().Reshaped(reduction.kept);
    const Tensor is_max = kernels::Temporary(context, x.shape());
    const Tensor num_max = kernels::Temporary(context, reduction.kept);
    kernels::BroadcastMap(
        context, is_max, [](Real x, Real max) { return static_cast<Real>(x == max); }, x.value(),
        max);
    kernels::Sum(context, is_max, num_max);
    kernels::BroadcastMap(
        context, dx,
        [](Real dy, Real is_max, Real num_max) { return is_max != 0 ? dy / num_max : 0; },
        y.grad().Reshaped(reduction.kept), is_max, num_max);
  });
  return y;
}

Variable Variance(Variable x, absl::Span<const int> axes, bool keepdims, int correction) {
  Op op("Variance", {{"x", x}},
        {{"axes", axes}, {"keepdims", keepdims}, {"correction", correction}});
  const Reduction reduction = Reduce(op, x.shape(), axes, keepdims);
  op.Require(reduction.n > correction, "more elements than the correction, got %d", reduction.n);
  const Variable y = op.Output(reduction.result);
  const Real n = static_cast<Real>(reduction.n);
  const Real divisor = static_cast<Real>(reduction.n - correction);
  const Tensor sum = op.Scratch(reduction.kept);
  const Tensor mean = op.Scratch(reduction.kept);
  const Tensor squares = op.Scratch(x.shape());
  kernels::Sum(op.context(), x.value(), sum);
  kernels::Map(
      op.context(), mean, [=](Real sum) { return sum / n; }, sum);
  kernels::BroadcastMap(
      op.context(), squares, [](Real x, Real mean) { return (x - mean) * (x - mean); }, x.value(),
      mean);
  kernels::Sum(op.context(), squares, sum);
  kernels::Map(
      op.context(), y.value(), [=](Real sum) { return sum / divisor; }, sum);
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::BroadcastMap(
          context, dx, [=](Real dy, Real x, Real mean) { return dy * 2 * (x - mean) / divisor; },
          y.grad().Reshaped(reduction.kept), x.value(), mean);
    }
  });
  return y;
}

Variable LogSumExp(Variable x, absl::Span<const int> axes, bool keepdims) {
  Op op("LogSumExp", {{"x", x}}, {{"axes", axes}, {"keepdims", keepdims}});
  const Reduction reduction = Reduce(op, x.shape(), axes, keepdims);
  op.Require(reduction.n > 0, "something to reduce");
  const Variable y = op.Output(reduction.result);
  // Subtracted before e^x, and added again after the logarithm. An infinity would give NaN there.
  const Tensor max = op.Scratch(reduction.kept);
  const Tensor offset = op.Scratch(reduction.kept);
  const Tensor exps = op.Scratch(x.shape());
  const Tensor sum = op.Scratch(reduction.kept);
  kernels::Max(op.context(), x.value(), max);
  kernels::Map(
      op.context(), offset, [](Real max) { return std::isinf(max) ? 0 : max; }, max);
  kernels::BroadcastMap(
      op.context(), exps, [](Real x, Real offset) { return std::exp(x - offset); }, x.value(),
      offset);
  kernels::Sum(op.context(), exps, sum);
  kernels::Map(
      op.context(), y.value(), [](Real sum, Real offset) { return std::log(sum) + offset; }, sum,
      offset);
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::BroadcastMap(
          context, dx,
          [](Real dy, Real x, Real y) {
            return y == -std::numeric_limits<Real>::infinity() ? 0 : dy * std::exp(x - y);
          },
          y.grad().Reshaped(reduction.kept), x.value(), y.value().Reshaped(reduction.kept));
    }
  });
  return y;
}

}  // namespace ladder
