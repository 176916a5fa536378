#include "ops/matmul.h"

#include "autodiff/op.h"
#include "ops/arithmetic.h"
#include "ops/kernels/gemm.h"

namespace ladder {

using kernels::AsMatrix;
using kernels::Transposed;

Variable MatMul(Variable a, Variable b) {
  Op op("MatMul", {{"a", a}, {"b", b}});
  op.Require(a.shape().rank() == 2 && b.shape().rank() == 2, "a.rank == 2 and b.rank == 2");
  op.Require(a.shape()[1] == b.shape()[0], "a.shape[1] == b.shape[0]");
  const Variable y = op.Output({a.shape()[0], b.shape()[1]});
  kernels::Gemm(op.context(), AsMatrix(a.value()), AsMatrix(b.value()), y.value());
  op.Backward([=](Context& context) {
    if (Tensor da = GradientOf(a)) {
      kernels::GemmAdd(context, AsMatrix(y.grad()), Transposed(AsMatrix(b.value())), da);
    }
    if (Tensor db = GradientOf(b)) {
      kernels::GemmAdd(context, Transposed(AsMatrix(a.value())), AsMatrix(y.grad()), db);
    }
  });
  return y;
}

Variable Linear(Variable x, Variable w) {
  Op op("Linear", {{"x", x}, {"w", w}});
  op.Require(x.shape().rank() >= 1 && w.shape().rank() == 2, "x.rank >= 1 and w.rank == 2");
  op.Require(x.shape()[-1] == w.shape()[0], "x.shape[-1] == w.shape[0]");
  const Variable y = op.Output(x.shape().With(-1, w.shape()[1]));
  kernels::Gemm(op.context(), AsMatrix(x.value()), AsMatrix(w.value()), y.value());
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(x)) {
      kernels::GemmAdd(context, AsMatrix(y.grad()), Transposed(AsMatrix(w.value())), dx);
    }
    if (Tensor dw = GradientOf(w)) {
      kernels::GemmAdd(context, Transposed(AsMatrix(x.value())), AsMatrix(y.grad()), dw);
    }
  });
  return y;
}

Variable Linear(Variable x, Variable w, Variable b) { return Add(Linear(x, w), b); }

}  // namespace ladder
