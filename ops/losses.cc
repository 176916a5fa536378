#include "ops/losses.h"

#include <algorithm>
#include <cmath>

#include "autodiff/op.h"
#include "kernels/broadcast.h"
#include "kernels/elementwise.h"
#include "kernels/reduce.h"
#include "kernels/softmax.h"
#include "kernels/vector_math.h"

namespace ladder {
namespace {

// y = the mean of f(a, b), da = dy / n derivative_a(a, b), db likewise. a, b: one shape.
template <class F, class DerivativeA, class DerivativeB>
Variable MeanLoss(Op& op, Variable a, Variable b, const F& f, const DerivativeA& derivative_a,
                  const DerivativeB& derivative_b) {
  op.Require(a.shape() == b.shape(), "arguments of one shape");
  op.Require(a.shape().size() > 0, "arguments that are not empty");
  const Real n = static_cast<Real>(a.shape().size());
  const Variable y = op.Output({});
  const Tensor losses = op.Scratch(a.shape());
  const Tensor sum = op.Scratch({});
  kernels::Map(op.context(), losses, f, a.value(), b.value());
  kernels::Sum(op.context(), losses, sum);
  kernels::Map(
      op.context(), y.value(), [n](Real sum) { return sum / n; }, sum);
  op.Backward([=](Context& context) {
    if (const Output da = GradientOf(a)) {
      kernels::BroadcastMap(
          context, da, [=](Real dy, Real a, Real b) { return dy / n * derivative_a(a, b); },
          y.grad(), a.value(), b.value());
    }
    if (const Output db = GradientOf(b)) {
      kernels::BroadcastMap(
          context, db, [=](Real dy, Real a, Real b) { return dy / n * derivative_b(a, b); },
          y.grad(), a.value(), b.value());
    }
  });
  return y;
}

// y = the mean of f(x, target) over the targets that are no NaN, dx = dy / n derivative(x, target).
template <class F, class Derivative>
Variable MeanLossOfKnown(Op& op, Variable x, Tensor targets, const F& f,
                         const Derivative& derivative) {
  const bool fits = x.shape().rank() >= 1 && x.shape().rows() == targets.shape().rows() &&
                    x.shape().cols() == targets.shape().cols();
  op.Require(fits && targets, "targets of as many rows and columns, got %s",
             targets ? targets.shape().ToString() : "none");
  const int64_t known = std::count_if(targets.data(), targets.data() + targets.size(),
                                      [](Real target) { return !std::isnan(target); });
  const Real n = static_cast<Real>(std::max<int64_t>(known, 1));
  const Variable y = op.Output({});
  const Tensor losses = op.Scratch(x.shape());
  const Tensor sum = op.Scratch({});
  targets = targets.Reshaped(x.shape());
  kernels::Map(
      op.context(), losses,
      [f](Real x, Real target) { return std::isnan(target) ? Real{0} : f(x, target); }, x.value(),
      targets);
  kernels::Sum(op.context(), losses, sum);
  kernels::Map(
      op.context(), y.value(), [n](Real sum) { return sum / n; }, sum);
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) {
      kernels::BroadcastMap(
          context, dx,
          [=](Real dy, Real x, Real target) {
            return std::isnan(target) ? Real{0} : dy / n * derivative(x, target);
          },
          y.grad(), x.value(), targets);
    }
  });
  return y;
}

}  // namespace

Variable SoftmaxCrossEntropy(Variable logits, absl::Span<const int32_t> labels,
                             absl::Span<const Real> weights) {
  Op op("SoftmaxCrossEntropy", {{"logits", logits}});
  const Shape& shape = logits.shape();
  op.Require(shape.rank() >= 1 && shape.size() > 0, "logits of rank >= 1, not empty");
  const int64_t m = shape.rows();
  op.Require(static_cast<int64_t>(labels.size()) == m, "a label for each row of logits, got %d",
             labels.size());
  for (int64_t i = 0; i < m; ++i) {
    op.Require(labels[i] >= 0 && labels[i] < shape.cols(),
               "labels in [0, logits.shape[-1]), got labels[%d] = %d", i, labels[i]);
  }
  op.Require(weights.empty() || static_cast<int64_t>(weights.size()) == m,
             "a weight for each row of logits, or none, got %d", weights.size());
  const Variable y = op.Output({});
  const Tensor p = op.Scratch(shape);
  const Tensor losses = op.Scratch({m});
  const Tensor sum = op.Scratch({});
  labels = op.Keep(labels);
  weights = op.Keep(weights);
  kernels::CrossEntropy(op.context(), logits.value(), labels, weights, p, losses);
  kernels::Sum(op.context(), losses, sum);
  kernels::Map(
      op.context(), y.value(), [m](Real sum) { return sum / m; }, sum);
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(logits)) {
      kernels::CrossEntropyBackward(context, p, labels, weights, y.grad(), dx);
    }
  });
  return y;
}

Variable BinaryCrossEntropyWithLogits(Variable logits, Variable targets) {
  Op op("BinaryCrossEntropyWithLogits", {{"logits", logits}, {"targets", targets}});
  return MeanLoss(
      op, logits, targets, [](Real x, Real t) { return kernels::VectorSoftplus(x) - t * x; },
      [](Real x, Real t) { return kernels::VectorSigmoid(x) - t; },
      [](Real x, Real) { return -x; });
}

Variable MeanSquaredError(Variable prediction, Variable target) {
  Op op("MeanSquaredError", {{"prediction", prediction}, {"target", target}});
  return MeanLoss(
      op, prediction, target, [](Real x, Real t) { return (x - t) * (x - t); },
      [](Real x, Real t) { return 2 * (x - t); }, [](Real x, Real t) { return 2 * (t - x); });
}

Variable MeanSquaredErrorOfKnown(Variable prediction, Tensor targets) {
  Op op("MeanSquaredErrorOfKnown", {{"prediction", prediction}});
  return MeanLossOfKnown(
      op, prediction, targets, [](Real x, Real t) { return (x - t) * (x - t); },
      [](Real x, Real t) { return 2 * (x - t); });
}

Variable BinaryCrossEntropyOfKnown(Variable logits, Tensor targets) {
  Op op("BinaryCrossEntropyOfKnown", {{"logits", logits}});
  return MeanLossOfKnown(
      op, logits, targets, [](Real x, Real t) { return kernels::VectorSoftplus(x) - t * x; },
      [](Real x, Real t) { return kernels::VectorSigmoid(x) - t; });
}

}  // namespace ladder
