#include "ops/losses.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "autodiff/op.h"
#include "ops/kernels/elementwise.h"
#include "ops/kernels/reduce.h"
#include "ops/kernels/softmax.h"

namespace ladder {

Variable SoftmaxCrossEntropy(Variable logits, absl::Span<const int32_t> labels) {
  Op op("SoftmaxCrossEntropy", {{"logits", logits}});
  const Shape& shape = logits.shape();
  op.Require(shape.rank() >= 1 && shape.size() > 0, "logits of rank >= 1, not empty");
  const int64_t m = shape.rows();
  if (static_cast<int64_t>(labels.size()) != m) {
    op.Require(false, "a label for each row of logits", absl::StrCat(labels.size(), " labels"));
  }
  for (int64_t i = 0; i < m; ++i) {
    if (labels[i] >= 0 && labels[i] < shape.cols()) continue;
    op.Require(
        false, "labels in [0, logits.shape[-1])",
        absl::StrCat("labels[", i, "] = ", labels[i], ", allowed is [0, ", shape.cols(), ")"));
  }
  const Variable y = op.Output({});
  const Tensor p = op.Scratch(shape);
  const Tensor losses = op.Scratch({m});
  const Tensor sum = op.Scratch({});
  labels = op.Keep(labels);
  kernels::CrossEntropy(op.context(), logits.value(), labels, p, losses);
  kernels::Sum(op.context(), losses, sum);
  kernels::Map(
      op.context(), y.value(), [m](Real sum) { return sum / m; }, sum);
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(logits)) {
      kernels::CrossEntropyBackward(context, p, labels, y.grad(), dx);
    }
  });
  return y;
}

}  // namespace ladder
