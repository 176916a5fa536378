#include "ops/matmul.h"

#include "autodiff/op.h"
#include "kernels/broadcast.h"
#include "kernels/elementwise.h"
#include "kernels/gemm.h"
#include "ops/arithmetic.h"

namespace ladder {

using kernels::AsMatrix;
using kernels::Transposed;

namespace {

// Operands as they enter the product: a: [m, k] and b: [k, n] in each of a batch.
struct Batch {
  int64_t m, k, n;
  bool transpose_a, transpose_b;
  Shape a, b;    // of each operand's batch
  Shape result;  // what they broadcast to

  kernels::Matrix A(Tensor a, int64_t i) const {
    return At(a, this->a, i, {nullptr, m, k}, transpose_a);
  }
  kernels::Matrix B(Tensor b, int64_t i) const {
    return At(b, this->b, i, {nullptr, k, n}, transpose_b);
  }
  kernels::Matrix Y(Tensor y, int64_t i) const { return {y.data() + i * m * n, m, n}; }

  // The operand's matrix that goes into matrix i of the result.
  kernels::Matrix At(Tensor operand, const Shape& batch, int64_t i, kernels::Matrix matrix,
                     bool transpose) const {
    int64_t index = 0;
    int64_t stride = 1;
    for (int axis = 1; axis <= batch.rank(); ++axis) {
      index += i % batch[-axis] * stride;  // 0 where the size is 1
      stride *= batch[-axis];
      i /= result[-axis];
    }
    matrix.data = operand.data() + index * matrix.rows * matrix.cols;
    matrix.transposed = transpose;
    return matrix;
  }
};

Shape BatchShape(const Shape& shape) { return Shape(shape.sizes().subspan(0, shape.rank() - 2)); }

// The memory of a matrix, as it is stored.
Tensor Stored(const kernels::Matrix& matrix) {
  return matrix.transposed ? Tensor(matrix.data, {matrix.cols, matrix.rows})
                           : Tensor(matrix.data, {matrix.rows, matrix.cols});
}

// d = a b or d += a b, where d is a gradient that may be stored transposed: then dT = bT aT.
void Product(Context& context, kernels::Matrix a, kernels::Matrix b, kernels::Matrix d, bool add) {
  if (d.transposed) {
    kernels::Gemm(context, Transposed(b), Transposed(a), {Stored(d), add});
  } else {
    kernels::Gemm(context, a, b, {Stored(d), add});
  }
}

// The gradient of an operand of this batch: several matrices of the result add to each of its, if
// it is repeated.
Output GradientOf(Context& context, Variable operand, const Shape& batch, const Shape& result) {
  const Output d = ladder::GradientOf(operand);
  if (batch.size() == result.size()) return d;
  return {kernels::Accumulator(context, d), /*add=*/true};
}

}  // namespace

Variable MatMul(Variable a, Variable b, const MatMulOptions& options) {
  Op op("MatMul", {{"a", a}, {"b", b}},
        {{"transpose_a", options.transpose_a}, {"transpose_b", options.transpose_b}});
  const Shape& shape_a = a.shape();
  const Shape& shape_b = b.shape();
  op.Require(shape_a.rank() >= 2 && shape_b.rank() >= 2, "a.rank >= 2 and b.rank >= 2");
  const int k_of_a = options.transpose_a ? -2 : -1;
  const int k_of_b = options.transpose_b ? -1 : -2;
  op.Require(shape_a[k_of_a] == shape_b[k_of_b], "a.shape[%d] == b.shape[%d]", k_of_a, k_of_b);
  Batch batch = {
      shape_a[-3 - k_of_a], shape_a[k_of_a],     shape_b[-3 - k_of_b], options.transpose_a,
      options.transpose_b,  BatchShape(shape_a), BatchShape(shape_b),  Shape()};
  op.Require(kernels::BroadcastShapes(batch.a, batch.b, &batch.result),
             "axes before the last two that broadcast");
  int64_t sizes[Shape::kMaxRank];
  const int rank = batch.result.rank();
  for (int axis = 0; axis < rank; ++axis) sizes[axis] = batch.result[axis];
  sizes[rank] = batch.m;
  sizes[rank + 1] = batch.n;
  const Variable y = op.Output(Shape(absl::MakeConstSpan(sizes, rank + 2)));
  if (batch.b.size() == 1 && !batch.transpose_a) {
    // One b for all: the rows of all a's make one long matrix.
    batch.m *= batch.result.size();
    batch.a = batch.b = batch.result = Shape();
  }
  for (int64_t i = 0; i < batch.result.size(); ++i) {
    kernels::Gemm(op.context(), batch.A(a.value(), i), batch.B(b.value(), i),
                  Stored(batch.Y(y.value(), i)));
  }
  op.Backward([=](Context& context) {
    if (const Output da = GradientOf(context, a, batch.a, batch.result)) {
      for (int64_t i = 0; i < batch.result.size(); ++i) {
        Product(context, batch.Y(y.grad(), i), Transposed(batch.B(b.value(), i)),
                batch.A(da.tensor, i), da.add);
      }
    }
    if (const Output db = GradientOf(context, b, batch.b, batch.result)) {
      for (int64_t i = 0; i < batch.result.size(); ++i) {
        Product(context, Transposed(batch.A(a.value(), i)), batch.Y(y.grad(), i),
                batch.B(db.tensor, i), db.add);
      }
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
    if (const Output dx = GradientOf(x)) {
      kernels::Gemm(context, AsMatrix(y.grad()), Transposed(AsMatrix(w.value())), dx);
    }
    if (const Output dw = GradientOf(w)) {
      kernels::Gemm(context, Transposed(AsMatrix(x.value())), AsMatrix(y.grad()), dw);
    }
  });
  return y;
}

Variable Linear(Variable x, Variable w, Variable b) { return Add(Linear(x, w), b); }

}  // namespace ladder
