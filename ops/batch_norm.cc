#include "ops/batch_norm.h"

#include <algorithm>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "autodiff/op.h"
#include "ops/kernels/batch_norm.h"

namespace ladder {

namespace {

// The rows of each group, counted in positions of the last axis's rows; kept by the tape.
absl::Span<const int64_t> GroupsInRows(Op& op, const Shape& x,
                                       absl::Span<const int64_t> group_rows) {
  op.Require(x.rank() >= 2, "x.rank >= 2");
  const int64_t rows_per_entry = x[0] == 0 ? 0 : x.rows() / x[0];
  absl::InlinedVector<int64_t, 4> sizes(group_rows.begin(), group_rows.end());
  if (sizes.empty()) sizes.push_back(x[0]);
  int64_t sum = 0;
  for (int64_t& size : sizes) {
    op.Require(size >= 0, "group_rows >= 0");
    sum += size;
    size *= rows_per_entry;
  }
  op.Require(sum == x[0], "sum(group_rows) == x.shape[0]");
  return op.Keep(absl::Span<const int64_t>(sizes));
}

}  // namespace

BatchNormResult BatchNorm(Variable x, absl::Span<const int64_t> group_rows, Real epsilon) {
  Op op("BatchNorm", {{"x", x}});
  const absl::Span<const int64_t> groups = GroupsInRows(op, x.shape(), group_rows);
  const Shape statistic({static_cast<int64_t>(groups.size()), x.shape().cols()});
  const Variable mean = op.Output(statistic);
  const Variable variance = op.Output(statistic);
  const Variable y = op.Output(x.shape());
  const Tensor rstd = op.Scratch(statistic);
  // The kernel leaves out groups without rows.
  for (const Tensor& zeros : {mean.value(), variance.value(), rstd}) {
    std::fill_n(zeros.data(), zeros.size(), Real{0});
  }
  kernels::BatchNorm(op.context(), x.value(), groups, epsilon, y.value(), mean.value(),
                     variance.value(), rstd);
  op.Backward([=](Context& context) {
    kernels::BatchNormBackward(context, groups, y.value(), rstd, y.grad(), mean.grad(),
                               variance.grad(), GradientOf(x));
  });
  return {y, mean, variance};
}

Variable Normalize(Variable x, Variable mean, Variable variance,
                   absl::Span<const int64_t> group_rows, Real epsilon) {
  Op op("Normalize", {{"x", x}, {"mean", mean}, {"variance", variance}});
  const absl::Span<const int64_t> groups = GroupsInRows(op, x.shape(), group_rows);
  const Shape statistic({static_cast<int64_t>(groups.size()), x.shape().cols()});
  op.Require(mean.shape().size() == statistic.size(), "mean.shape == [groups, x.shape[-1]]");
  op.Require(variance.shape().size() == statistic.size(),
             "variance.shape == [groups, x.shape[-1]]");
  const Variable y = op.Output(x.shape());
  const Tensor rstd = op.Scratch(statistic);
  kernels::Normalize(op.context(), x.value(), mean.value(), variance.value(), groups, epsilon,
                     y.value(), rstd);
  op.Backward([=](Context& context) {
    kernels::NormalizeBackward(context, groups, y.value(), rstd, y.grad(), GradientOf(x),
                               GradientOf(mean), GradientOf(variance));
  });
  return y;
}

}  // namespace ladder
