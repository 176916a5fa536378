#include "kernels/softmax.h"

#include <cmath>

#include "kernels/elementwise.h"
#include "kernels/row.h"
#include "kernels/vector_math.h"

namespace ladder::kernels {
namespace {

// e^x for x <= 0, 0 where VectorExp stops; NaN stays NaN.
LADDER_INLINE Real ExpOfNegative(Real x) { return x < -87 ? 0 : VectorExp(x); }

// y = e^(x - max); returns its sum.
Real ExpRow(int64_t n, const Real* x, Real max, Real* y) {
  MapLoop<false>(
      n, y, [max](Real x) { return ExpOfNegative(x - max); }, x);
  return RowSum(y, n);
}

}  // namespace

void Softmax(Context& context, Tensor x, Tensor y) {
  const int64_t n = x.shape().cols();
  ForEachRow(context, x, [&](int64_t row) {
    const Real* x_row = x.data() + row * n;
    Real* y_row = y.data() + row * n;
    const Real scale = 1 / ExpRow(n, x_row, RowMax(x_row, n), y_row);
    for (int64_t j = 0; j < n; ++j) y_row[j] *= scale;
  });
}

void SoftmaxBackward(Context& context, Tensor y, Tensor dy, Output dx) {
  const int64_t n = y.shape().cols();
  ForEachRow(context, y, [&](int64_t row) {
    const Real* y_row = y.data() + row * n;
    const Real* dy_row = dy.data() + row * n;
    const Real dot = RowSumOf(
        n, [](Real y, Real dy) { return y * dy; }, y_row, dy_row);
    MapLoop(
        dx.add, n, dx.tensor.data() + row * n, [dot](Real y, Real dy) { return y * (dy - dot); },
        y_row, dy_row);
  });
}

void LogSoftmax(Context& context, Tensor x, Tensor y) {
  const int64_t n = x.shape().cols();
  ForEachRow(context, x, [&](int64_t row) {
    const Real* x_row = x.data() + row * n;
    Real* y_row = y.data() + row * n;
    const Real max = RowMax(x_row, n);
    const Real log_sum = std::log(ExpRow(n, x_row, max, y_row));
    MapLoop<false>(
        n, y_row, [=](Real x) { return (x - max) - log_sum; }, x_row);
  });
}

void LogSoftmaxBackward(Context& context, Tensor y, Tensor dy, Output dx) {
  const int64_t n = y.shape().cols();
  ForEachRow(context, y, [&](int64_t row) {
    const Real* dy_row = dy.data() + row * n;
    const Real sum = RowSum(dy_row, n);
    MapLoop(
        dx.add, n, dx.tensor.data() + row * n,
        [sum](Real y, Real dy) { return dy - ExpOfNegative(y) * sum; }, y.data() + row * n, dy_row);
  });
}

void CrossEntropy(Context& context, Tensor x, absl::Span<const int32_t> labels,
                  absl::Span<const Real> weights, Tensor p, Tensor losses) {
  const int64_t n = x.shape().cols();
  ForEachRow(context, x, [&](int64_t row) {
    const Real* x_row = x.data() + row * n;
    Real* p_row = p.data() + row * n;
    const Real max = RowMax(x_row, n);
    const Real sum = ExpRow(n, x_row, max, p_row);
    const Real scale = 1 / sum;
    for (int64_t j = 0; j < n; ++j) p_row[j] *= scale;
    losses[row] = std::log(sum) - (x_row[labels[row]] - max);
    if (!weights.empty()) losses[row] *= weights[row];
  });
}

void CrossEntropyBackward(Context& context, Tensor p, absl::Span<const int32_t> labels,
                          absl::Span<const Real> weights, Tensor dmean, Output dx) {
  const int64_t n = p.shape().cols();
  const Real mean_scale = dmean[0] / static_cast<Real>(p.shape().rows());
  ForEachRow(context, p, [&](int64_t row) {
    const Real scale = weights.empty() ? mean_scale : weights[row] * mean_scale;
    Real* dx_row = dx.tensor.data() + row * n;
    MapLoop(
        dx.add, n, dx_row, [scale](Real p) { return scale * p; }, p.data() + row * n);
    dx_row[labels[row]] -= scale;
  });
}

}  // namespace ladder::kernels
