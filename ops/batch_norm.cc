#include "ops/batch_norm.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "autodiff/op.h"
#include "ops/kernels/batch_norm.h"

namespace ladder {

namespace {

// The rows of each group, counted in positions of the last axis's rows; kept by the tape.
absl::Span<const int64_t> GroupsInRows(Op& op, const Shape& x,
                                       absl::Span<const int64_t> group_rows) {
  op.Require(x.rank() >= 2, "x.rank >= 2");
  const int64_t rows_per_entry = x[0] == 0 ? 0 : x.rows() / x[0];
  const int64_t whole[] = {x[0]};
  if (group_rows.empty()) group_rows = whole;
  const absl::Span<int64_t> rows = op.Keep(group_rows);
  int64_t sum = 0;
  bool is_negative = false;
  for (int64_t& size : rows) {
    sum += size;
    is_negative |= size < 0;
    size *= rows_per_entry;
  }
  if (is_negative || sum != x[0]) {
    op.Require(false, "group_rows >= 0 and sum(group_rows) == x.shape[0]",
               absl::StrCat("group_rows = {", absl::StrJoin(group_rows, ", "), "}"));
  }
  return rows;
}

}  // namespace

BatchNormResult BatchNorm(Variable x, absl::Span<const int64_t> group_rows, Real epsilon) {
  Op op("BatchNorm", {{"x", x}});
  op.Require(epsilon >= 0, "epsilon >= 0");
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
  const auto is_statistic = [&](const Shape& shape) {
    return shape == statistic || (groups.size() == 1 && shape == Shape({x.shape().cols()}));
  };
  op.Require(is_statistic(mean.shape()), "mean.shape == [groups, x.shape[-1]]");
  op.Require(is_statistic(variance.shape()), "variance.shape == [groups, x.shape[-1]]");
  op.Require(epsilon >= 0, "epsilon >= 0");
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
