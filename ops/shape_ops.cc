#include "ops/shape_ops.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autodiff/op.h"
#include "ops/kernels/broadcast.h"
#include "ops/kernels/copy.h"

namespace ladder {
namespace {

constexpr auto kIdentity = [](Real x) { return x; };

void RequireAxis(const Op& op, const Shape& shape, int axis) {
  if (axis >= -shape.rank() && axis < shape.rank()) return;
  op.Require(false, "an axis in [-rank, rank)", absl::StrCat("axis ", axis));
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
  Op op("Reshape", {{"x", x}});
  const auto require = [&](bool condition, const char* requirement) {
    if (condition) return;
    op.Require(false, requirement, absl::StrCat("[", absl::StrJoin(sizes, ", "), "]"));
  };
  require(sizes.size() <= Shape::kMaxRank, "at most 8 sizes");
  int64_t result[Shape::kMaxRank];
  int64_t product = 1;
  int unknown = -1;
  for (size_t i = 0; i < sizes.size(); ++i) {
    require(sizes[i] >= -1, "sizes that are at least 0, or -1");
    result[i] = sizes[i];
    if (sizes[i] == -1) {
      require(unknown < 0, "at most one size -1");
      unknown = static_cast<int>(i);
    } else {
      require(!__builtin_mul_overflow(product, sizes[i], &product), "as many elements as x has");
    }
  }
  if (unknown >= 0) {
    require(product > 0 && x.shape().size() % product == 0,
            "sizes that leave a whole number for -1");
    result[unknown] = x.shape().size() / product;
  } else {
    require(product == x.shape().size(), "as many elements as x has");
  }
  const Shape shape(absl::MakeConstSpan(result, sizes.size()));
  return op.View(x, x.value().Reshaped(shape));
}

Variable Transpose(Variable x, absl::Span<const int> axes) {
  Op op("Transpose", {{"x", x}});
  const int rank = x.shape().rank();
  int order[Shape::kMaxRank];
  int64_t sizes[Shape::kMaxRank];
  bool seen[Shape::kMaxRank] = {};
  if (!axes.empty() && static_cast<int>(axes.size()) != rank) {
    op.Require(false, "one entry of axes for each axis of x", absl::StrCat(axes.size()));
  }
  for (int i = 0; i < rank; ++i) {
    order[i] = rank - 1 - i;
    if (!axes.empty()) {
      RequireAxis(op, x.shape(), axes[i]);
      order[i] = x.shape().Axis(axes[i]);
    }
    if (seen[order[i]])
      op.Require(false, "each axis once", absl::StrCat("axis ", axes[i], " twice"));
    seen[order[i]] = true;
    sizes[i] = x.shape()[order[i]];
  }
  const absl::Span<const int> kept = op.Keep(absl::MakeConstSpan(order, rank));
  const Variable y = op.Output(Shape(absl::MakeConstSpan(sizes, rank)));
  kernels::Permute(op.context(), x.value(), kept, y.value());
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(x)) kernels::PermuteBackward(context, y.grad(), kept, dx);
  });
  return y;
}

Variable Slice(Variable x, int axis, int64_t begin, int64_t end) {
  Op op("Slice", {{"x", x}});
  RequireAxis(op, x.shape(), axis);
  axis = x.shape().Axis(axis);
  if (begin < 0 || begin > end || end > x.shape()[axis]) {
    op.Require(false, "0 <= begin <= end <= x.shape[axis]",
               absl::StrCat("begin = ", begin, ", end = ", end, ", axis = ", axis));
  }
  const Variable y = op.Output(x.shape().With(axis, end - begin));
  const AxisView view = ViewAxis(x.shape(), axis);
  const int64_t offset = begin * view.inner;
  const int64_t width = (end - begin) * view.inner;
  kernels::CopyBlocks(op.context(), view.count, width, {x.value().data() + offset, view.width},
                      {y.value().data(), width});
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(x)) {
      kernels::AddBlocks(context, view.count, width, {y.grad().data(), width},
                         {dx.data() + offset, view.width});
    }
  });
  return y;
}

Variable Rows(Variable x, int64_t begin, int64_t end) {
  Op op("Rows", {{"x", x}});
  if (x.shape().rank() < 1 || begin < 0 || begin > end || end > x.shape()[0]) {
    op.Require(false, "0 <= begin <= end <= x.shape[0]",
               absl::StrCat("begin = ", begin, ", end = ", end));
  }
  return op.View(x, x.value().Rows(begin, end));
}

Variable Concatenate(absl::Span<const Variable> x, int axis) {
  Op op("Concatenate", "x", x);
  const Shape& first = x[0].shape();
  RequireAxis(op, first, axis);
  axis = first.Axis(axis);
  int64_t size = 0;
  for (const Variable& part : x) {
    const bool fits =
        part.shape().rank() == first.rank() && part.shape().With(axis, first[axis]) == first;
    if (!fits)
      op.Require(false, "sizes that are equal but for the axis", absl::StrCat("axis ", axis));
    size += part.shape()[axis];
  }
  const Variable y = op.Output(first.With(axis, size));
  const absl::Span<const Variable> parts = op.Keep(x);
  const int64_t stride = ViewAxis(y.shape(), axis).width;
  int64_t offset = 0;
  for (const Variable& part : parts) {
    const AxisView view = ViewAxis(part.shape(), axis);
    kernels::CopyBlocks(op.context(), view.count, view.width, {part.value().data(), view.width},
                        {y.value().data() + offset, stride});
    offset += view.width;
  }
  op.Backward([=](Context& context) {
    int64_t offset = 0;
    for (const Variable& part : parts) {
      const AxisView view = ViewAxis(part.shape(), axis);
      if (Tensor dx = GradientOf(part)) {
        kernels::AddBlocks(context, view.count, view.width, {y.grad().data() + offset, stride},
                           {dx.data(), view.width});
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
    if (rows[i] >= 0 && rows[i] < m) continue;
    op.Require(false, "rows in [0, x.shape[0])",
               absl::StrCat("rows[", i, "] = ", rows[i], ", allowed is [0, ", m, ")"));
  }
  const absl::Span<const int32_t> kept = op.Keep(rows);
  const Variable y = op.Output(x.shape().With(0, static_cast<int64_t>(rows.size())));
  kernels::Gather(op.context(), x.value(), kept, y.value());
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(x)) kernels::GatherBackward(context, y.grad(), kept, dx);
  });
  return y;
}

Variable BroadcastTo(Variable x, const Shape& shape) {
  Op op("BroadcastTo", {{"x", x}});
  if (!kernels::BroadcastsTo(x.shape(), shape)) {
    op.Require(false, "a shape that x broadcasts to", shape.ToString());
  }
  const Variable y = op.Output(shape);
  kernels::BroadcastMap(op.context(), y.value(), kIdentity, x.value());
  op.Backward([=](Context& context) {
    if (const Gradient dx = WholeGradientOf(x)) kernels::SumGradient(context, y.grad(), dx);
  });
  return y;
}

Variable StopGradient(Variable x) {
  Op op("StopGradient", {{"x", x}});
  return op.ConstantView(x.value());
}

}  // namespace ladder
