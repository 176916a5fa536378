#include "ops/softmax.h"

#include "autodiff/op.h"
#include "kernels/softmax.h"

namespace ladder {

Variable Softmax(Variable x) {
  Op op("Softmax", {{"x", x}});
  op.Require(x.shape().rank() >= 1, "x.rank >= 1");
  const Variable y = op.Output(x.shape());
  kernels::Softmax(op.context(), x.value(), y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x)) kernels::SoftmaxBackward(context, y.value(), y.grad(), dx);
  });
  return y;
}

Variable LogSoftmax(Variable x) {
  Op op("LogSoftmax", {{"x", x}});
  op.Require(x.shape().rank() >= 1, "x.rank >= 1");
  const Variable y = op.Output(x.shape());
  kernels::LogSoftmax(op.context(), x.value(), y.value());
  op.Backward([=](Context& context) {
    if (const Output dx = GradientOf(x))
      kernels::LogSoftmaxBackward(context, y.value(), y.grad(), dx);
  });
  return y;
}

}  // namespace ladder
