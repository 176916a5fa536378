#include "ops/shape_ops.h"

#include "autodiff/op.h"
#include "kernels/broadcast.h"
#include "kernels/copy.h"

namespace ladder {
namespace {

constexpr auto kIdentity = [](Real x) { return x; };

void RequireAxis(const Op& op, const Shape& shape, int axis) {
  op.Require(axis >= -shape.rank() && axis < shape.rank(), "an axis in [-rank, rank), got %d",
             axis);
}

// A tensor seen as blocks of `width` elements, one for each index before the axis.
struct AxisView {
  int64_t count;
  int64_t width;
  int64_t inner;  // elements of one index along the axis
};

AxisView ViewAxis(const Shape& shape, int axis) {
  AxisView view = {1, 0, 1};
  for (int i = 0; i < axis; ++i) view.count *= shape[i];
  for (int i = axis + 1; i < shape.rank(); ++i) view.inner *= shape[i];
  view.width = shape[axis] * view.inner;
  return view;
}

}  // namespace

Variable Reshape(Variable x, absl::Span<const int64_t> sizes) {
  Op op("Reshape", {{"x", x}}, {{"sizes", sizes}});
  op.Require(sizes.size() <= Shape::kMaxRank, "at most 8 sizes");
  int64_t result[Shape::kMaxRank];
  int64_t product = 1;
  int unknown = -1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    op.Require(sizes[i] >= -1, "sizes that are at least 0, or -1");
    result[i] = sizes[i];
    if (sizes[i] == -1) {
      op.Require(unknown < 0, "at most one size -1");
      unknown = static_cast<int>(i);
    } else {
      op.Require(!__builtin_mul_overflow(product, sizes[i], &product), "as many elements as x has");
    }
  }
  if (unknown >= 0) {
    op.Require(product > 0 && x.shape().size() % product == 0,
               "sizes that leave a whole number for -1");
    result[unknown] = x.shape().size() / product;
  } else {
    op.Require(product == x.shape().size(), "as many elements as x has");
  }
  const Shape shape(absl::MakeConstSpan(result, sizes.size()));
  return op.View(x, x.value().Reshaped(shape));
}

Variable Transpose(Variable x, absl::Span<const int> axes) {
  Op op("Transpose", {{"x", x}}, {{"axes", axes}});
  const int rank = x.shape().rank();
  int order[Shape::kMaxRank];
  int64_t sizes[Shape::kMaxRank];
  bool seen[Shape::kMaxRank] = {};
  op.Require(axes.empty() || static_cast<int>(axes.size()) == rank,
             "one entry of axes for each axis of x");
  for (int i = 0; i < rank; ++i) {
    order[i] = rank - 1 - i;
    if (!axes.empty()) {
      RequireAxis(op, x.shape(), axes[i]);
      order[i] = x.shape().Axis(axes[i]);
    }
    op.Require(!seen[order[i]], "each axis once");
    seen[order[i]] = true;
    sizes[i] = x.shape()[order[i]];
  }
  const absl::Span<const int> kept = op.Keep(absl::MakeConstSpan(order, rank));
  const Variable y = op.Output(Shape(absl::MakeConstSpan(sizes, rank)));
  kernels::Permute(op.context(), x.value(), kept, y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) kernels::PermuteBackward(context, y.grad(), kept, dx);
  });
  return y;
}

Variable Slice(Variable x, int axis, int64_t begin, int64_t end) {
  Op op("Slice", {{"x", x}}, {{"axis", axis}, {"begin", begin}, {"end", end}});
  RequireAxis(op, x.shape(), axis);
  axis = x.shape().Axis(axis);
  op.Require(0 <= begin && begin <= end && end <= x.shape()[axis],
             "0 <= begin <= end <= x.shape[axis]");
  const Variable y = op.Output(x.shape().With(axis, end - begin));
  const AxisView view = ViewAxis(x.shape(), axis);
  const int64_t offset = begin * view.inner;
  const int64_t width = (end - begin) * view.inner;
  kernels::CopyBlocks(op.context(), view.count, width, {x.value().data() + offset, view.width},
                      {y.value().data(), width}, /*add=*/false);
  op.Backward([=](Context& context) {
    if (const Tensor dx = kernels::Accumulator(context, GradientOf(x))) {
      kernels::CopyBlocks(context, view.count, width, {y.grad().data(), width},
                          {dx.data() + offset, view.width}, /*add=*/true);
    }
  });
  return y;
}

Variable Rows(Variable x, int64_t begin, int64_t end) {
  Op op("Rows", {{"x", x}}, {{"begin", begin}, {"end", end}});
  op.Require(x.shape().rank() >= 1, "x.rank >= 1");
  op.Require(0 <= begin && begin <= end && end <= x.shape()[0], "0 <= begin <= end <= x.shape[0]");
  return op.View(x, x.value().Rows(begin, end));
}

Variable Concatenate(absl::Span<const Variable> x, int axis) {
  Op op("Concatenate", "x", x, {{"axis", axis}});
  const Shape& first = x[0].shape();
  RequireAxis(op, first, axis);
  axis = first.Axis(axis);
  int64_t size = 0;
  for (const Variable& part : x) {
    const bool fits =
        part.shape().rank() == first.rank() && part.shape().With(axis, first[axis]) == first;
    op.Require(fits, "sizes that are equal but for the axis");
    size += part.shape()[axis];
  }
  const Variable y = op.Output(first.With(axis, size));
  const absl::Span<const Variable> parts = op.Keep(x);
  const int64_t stride = ViewAxis(y.shape(), axis).width;
  int64_t offset = 0;
  for (const Variable& part : parts) {
    const AxisView view = ViewAxis(part.shape(), axis);
    kernels::CopyBlocks(op.context(), view.count, view.width, {part.value().data(), view.width},
                        {y.value().data() + offset, stride}, /*add=*/false);
    offset += view.width;
  }
  op.Backward([=](Context& context) {
    int64_t offset = 0;
    for (const Variable& part : parts) {
      const AxisView view = ViewAxis(part.shape(), axis);
      if (const Output dx = GradientOf(part)) {
        kernels::CopyBlocks(context, view.count, view.width, {y.grad().data() + offset, stride},
                            {dx.tensor.data(), view.width}, dx.add);
      }
      offset += view.width;
    }
  });
  return y;
}

Variable GatherRows(Variable x, absl::Span<const int32_t> rows) {
  Op op("GatherRows", {{"x", x}});
  op.Require(x.shape().rank() >= 1, "x.rank >= 1");
  const int64_t m = x.shape()[0];
  for (size_t i = 0; i < rows.size(); ++i) {
    op.Require(rows[i] >= 0 && rows[i] < m, "rows in [0, x.shape[0]), got rows[%d] = %d", i,
               rows[i]);
  }
  const absl::Span<const int32_t> kept = op.Keep(rows);
  const Variable y = op.Output(x.shape().With(0, static_cast<int64_t>(rows.size())));
  kernels::Gather(op.context(), x.value(), kept, y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) kernels::GatherBackward(context, y.grad(), kept, dx);
  });
  return y;
}

Variable BroadcastTo(Variable x, const Shape& shape) {
  Op op("BroadcastTo", {{"x", x}}, {{"shape", shape.sizes()}});
  op.Require(kernels::BroadcastsTo(x.shape(), shape), "a shape that x broadcasts to");
  const Variable y = op.Output(shape);
  kernels::BroadcastMap(op.context(), y.value(), kIdentity, x.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) kernels::Sum(context, y.grad(), dx);
  });
  return y;
}

Variable StopGradient(Variable x) {
  Op op("StopGradient", {{"x", x}});
  return op.ConstantView(x.value());
}

}  // namespace ladder
