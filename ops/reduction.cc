#include "ops/reduction.h"

#include "absl/strings/str_cat.h"
#include "autodiff/op.h"
#include "ops/kernels/broadcast.h"
#include "ops/kernels/elementwise.h"
#include "ops/kernels/reduce.h"

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
    const bool in_range = axis >= -shape.rank() && axis < shape.rank();
    op.Require(in_range, "axes in [-rank, rank)", in_range ? "" : absl::StrCat("axis ", axis));
    bool& seen = reduced[shape.Axis(axis)];
    op.Require(!seen, "each axis once", seen ? absl::StrCat("axis ", axis, " twice") : "");
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
  Op op("Sum", {{"x", x}});
  const Reduction reduction = Reduce(op, x.shape(), axes, keepdims);
  const Variable y = op.Output(reduction.result);
  kernels::Sum(op.context(), x.value(), y.value().Reshaped(reduction.kept));
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(x)) {
      const Tensor dy = y.grad().Reshaped(reduction.kept);
      kernels::BroadcastMapAdd(
          context, dx, [](Real dy) { return dy; }, dy);
    }
  });
  return y;
}

Variable Mean(Variable x, absl::Span<const int> axes, bool keepdims) {
  Op op("Mean", {{"x", x}});
  const Reduction reduction = Reduce(op, x.shape(), axes, keepdims);
  op.Require(reduction.n > 0, "something to take the mean of");
  const Variable y = op.Output(reduction.result);
  const Tensor sum = op.Scratch(reduction.result);
  const Real n = static_cast<Real>(reduction.n);
  kernels::Sum(op.context(), x.value(), sum.Reshaped(reduction.kept));
  kernels::Map(
      op.context(), y.value(), [=](Real sum) { return sum / n; }, sum);
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(x)) {
      const Tensor dy = y.grad().Reshaped(reduction.kept);
      kernels::BroadcastMapAdd(
          context, dx, [=](Real dy) { return dy / n; }, dy);
    }
  });
  return y;
}

}  // namespace ladder
