#include "ops/batch_norm.h"

#include <algorithm>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "autodiff/op.h"
#include "ops/kernels/batch_norm.h"

namespace ladder {

BatchNormResult BatchNorm(Variable x, absl::Span<const int64_t> group_rows, Real epsilon) {
  Op op("BatchNorm", {{"x", x}});
  op.Require(x.shape().rank() >= 2, "x.rank >= 2");
  // Positions of an image count as rows.
  const int64_t rows_per_entry = x.shape()[0] == 0 ? 0 : x.shape().rows() / x.shape()[0];
  absl::InlinedVector<int64_t, 4> sizes(group_rows.begin(), group_rows.end());
  if (sizes.empty()) sizes.push_back(x.shape()[0]);
  int64_t sum = 0;
  for (int64_t& size : sizes) {
    op.Require(size >= 0, "group_rows >= 0");
    sum += size;
    size *= rows_per_entry;
  }
  op.Require(sum == x.shape()[0], "sum(group_rows) == x.shape[0]");
  const absl::Span<const int64_t> groups = op.Keep(absl::Span<const int64_t>(sizes));

  const Shape statistic({static_cast<int64_t>(groups.size()), x.shape().cols()});
  const Variable mean = op.Output(statistic);
  const Variable variance = op.Output(statistic);
  const Variable y = op.Output(x.shape());
  const Tensor rstd = op.Scratch(statistic);
  for (const Tensor& empty : {mean.value(), variance.value(), rstd}) {
    std::fill_n(empty.data(), empty.size(), Real{0});
  }
  kernels::BatchNorm(op.context(), x.value(), groups, epsilon, y.value(), mean.value(),
                     variance.value(), rstd);
  op.Backward([=](Context& context) {
    kernels::BatchNormBackward(context, groups, y.value(), rstd, y.grad(), mean.grad(),
                               variance.grad(), GradientOf(x));
  });
  return {y, mean, variance};
}

Variable Normalize(Variable x, Variable mean, Variable variance, Real epsilon) {
  Op op("Normalize", {{"x", x}, {"mean", mean}, {"variance", variance}});
  op.Require(x.shape().rank() >= 1, "x.rank >= 1");
  op.Require(mean.shape().size() == x.shape()[-1], "mean.size == x.shape[-1]");
  op.Require(variance.shape().size() == x.shape()[-1], "variance.size == x.shape[-1]");
  const Variable y = op.Output(x.shape());
  const Tensor rstd = op.Scratch({x.shape()[-1]});
  kernels::Normalize(op.context(), x.value(), mean.value(), variance.value(), epsilon, y.value(),
                     rstd);
  op.Backward([=](Context& context) {
    kernels::NormalizeBackward(context, y.value(), rstd, y.grad(), GradientOf(x), GradientOf(mean),
                               GradientOf(variance));
  });
  return y;
}

}  // namespace ladder
