#include "ops/batch_norm.h"

#include <cstdint>

#include "autodiff/op.h"
#include "kernels/batch_norm.h"
#include "kernels/broadcast.h"
#include "kernels/host.h"
#include "kernels/normalize.h"

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
  for (int64_t& size : rows) {
    op.Require(size >= 0, "group_rows >= 0");
    sum += size;
    size *= rows_per_entry;
  }
  op.Require(sum == x[0], "sum(group_rows) == x.shape[0]");
  return rows;
}

}  // namespace

BatchNormResult BatchNorm(Variable x, absl::Span<const int64_t> group_rows, Real epsilon) {
  Op op("BatchNorm", {{"x", x}}, {{"group_rows", group_rows}, {"epsilon", epsilon}});
  op.Require(epsilon >= 0, "epsilon >= 0");
  const absl::Span<const int64_t> groups = GroupsInRows(op, x.shape(), group_rows);
  const Shape statistic({static_cast<int64_t>(groups.size()), x.shape().cols()});
  const Variable mean = op.Output(statistic);
  const Variable variance = op.Output(statistic);
  const Variable y = op.Output(x.shape());
  const Tensor rstd = op.Scratch(statistic);
  kernels::BatchNorm(op.context(), x.value(), groups, epsilon, y.value(), mean.value(),
                     variance.value(), rstd);
  op.Backward([=](Context& context) {
    kernels::BatchNormBackward(context, groups, y.value(), rstd, y.grad(), mean.grad(),
                               variance.grad(), GradientOf(x));
  });
  return {y, mean, variance};
}

BatchNormReluResult BatchNormRelu(Variable x, Variable beta, const BatchNormReluOptions& options) {
  Op op("BatchNormRelu", {{"x", x}, {"beta", beta}},
        {{"group_rows", options.group_rows},
         {"epsilon", options.epsilon},
         {"negative_slope", options.negative_slope},
         {"noise_stddev", options.noise_stddev},
         {"noisy_rows", options.noisy_rows}});
  const absl::Span<const int64_t> groups = GroupsInRows(op, x.shape(), options.group_rows);
  op.Require(options.epsilon >= 0, "epsilon >= 0");
  const Real slope = options.negative_slope;
  op.Require(slope >= 0, "negative_slope >= 0");
  op.RequireNoOverlap();
  op.Require(beta.shape() == Shape({x.shape().cols()}), "beta.shape == [x.shape[-1]]");
  op.Require(options.noise_stddev >= 0, "noise_stddev >= 0");
  const int64_t noisy_rows = options.noise_stddev == 0 ? 0 : options.noisy_rows;
  op.Require(noisy_rows >= 0 && noisy_rows <= x.shape()[0], "0 <= noisy_rows <= x.shape[0]");
  const Shape statistic({static_cast<int64_t>(groups.size()), x.shape().cols()});
  const Variable mean = op.Output(statistic);
  const Variable variance = op.Output(statistic);
  const Variable z = op.Output(x.shape());
  const Variable h = op.Output(x.shape());
  const Tensor rstd = op.Scratch(statistic);
  const kernels::Noise noise = {options.noise_key, options.noise_stddev,
                                z.value().Rows(0, noisy_rows).size()};
  kernels::BatchNormRelu(op.context(), x.value(), groups, options.epsilon, beta.value(), slope,
                         noise, z.value(), h.value(), mean.value(), variance.value(), rstd);
  op.Backward([=](Context& context) {
    Tensor dbeta;  // of each group
    if (beta.needs_grad()) dbeta = kernels::Temporary(context, statistic);
    kernels::BatchNormReluBackward(context, x.value(), groups, mean.value(), rstd, h.value(), slope,
                                   z.grad(), h.grad(), mean.grad(), variance.grad(), GradientOf(x),
                                   dbeta);
    if (dbeta) kernels::Sum(context, dbeta, GradientOf(beta));
  });
  return {z, h, mean, variance};
}

namespace {

// What Normalize and its error have in common.
struct GivenStatistics {
  absl::Span<const int64_t> groups;
  Tensor rstd;  // [groups, n]
};

GivenStatistics CheckStatistics(Op& op, Variable x, Variable mean, Variable variance,
                                absl::Span<const int64_t> group_rows, Real epsilon) {
  const absl::Span<const int64_t> groups = GroupsInRows(op, x.shape(), group_rows);
  const Shape statistic({static_cast<int64_t>(groups.size()), x.shape().cols()});
  const auto is_statistic = [&](const Shape& shape) {
    return shape == statistic || (groups.size() == 1 && shape == Shape({x.shape().cols()}));
  };
  op.Require(is_statistic(mean.shape()), "mean.shape == [groups, x.shape[-1]]");
  op.Require(is_statistic(variance.shape()), "variance.shape == [groups, x.shape[-1]]");
  op.Require(epsilon >= 0, "epsilon >= 0");
  op.RequireNoOverlap();
  const Tensor rstd = op.Scratch(statistic);
  kernels::ReciprocalStddev(op.context(), variance.value(), epsilon, rstd);
  return {groups, rstd};
}

}  // namespace

Variable Normalize(Variable x, Variable mean, Variable variance,
                   absl::Span<const int64_t> group_rows, Real epsilon) {
  Op op("Normalize", {{"x", x}, {"mean", mean}, {"variance", variance}},
        {{"group_rows", group_rows}, {"epsilon", epsilon}});
  const GivenStatistics given = CheckStatistics(op, x, mean, variance, group_rows, epsilon);
  const Variable y = op.Output(x.shape());
  kernels::Normalize(op.context(), x.value(), mean.value(), given.rstd, given.groups, y.value());
  op.Backward([=](Context& context) {
    // In order: if two arguments are one variable, the kernel writes that of the first first.
    const Output dx = GradientOf(x);
    const Output dmean = GradientOf(mean);
    kernels::NormalizeBackward(context, given.groups, y.value(), given.rstd, y.grad(), dx, dmean,
                               GradientOf(variance));
  });
  return y;
}

Variable NormalizedSquaredError(Variable x, Variable mean, Variable variance, Variable target,
                                absl::Span<const int64_t> group_rows, Real epsilon) {
  Op op("NormalizedSquaredError",
        {{"x", x}, {"mean", mean}, {"variance", variance}, {"target", target}},
        {{"group_rows", group_rows}, {"epsilon", epsilon}});
  op.Require(x.shape() == target.shape(), "x.shape == target.shape");
  op.Require(x.shape().size() > 0, "arguments that are not empty");
  const GivenStatistics given = CheckStatistics(op, x, mean, variance, group_rows, epsilon);
  const Real size = static_cast<Real>(x.shape().size());
  const Variable y = op.Output({});
  const Tensor sums = op.Scratch(given.rstd.shape());
  kernels::NormalizedError(op.context(), x.value(), mean.value(), given.rstd, target.value(),
                           given.groups, sums);
  const Tensor sum = op.Scratch({});
  kernels::Sum(op.context(), sums, sum);
  kernels::Map(
      op.context(), y.value(), [size](Real sum) { return sum / size; }, sum);
  op.Backward([=](Context& context) {
    // One after the other: if x and target are one variable, the kernel writes dx first.
    const Output dx = GradientOf(x);
    const Output dtarget = GradientOf(target);
    const Output dmean = GradientOf(mean);
    kernels::NormalizedErrorBackward(context, x.value(), mean.value(), given.rstd, target.value(),
                                     given.groups, 2 * kernels::ToScalar(y.grad()) / size, dx,
                                     dtarget, dmean, GradientOf(variance));
  });
  return y;
}

}  // namespace ladder
