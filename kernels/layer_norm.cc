#include "kernels/layer_norm.h"

#include <cmath>

#include "kernels/elementwise.h"
#include "kernels/row.h"

namespace ladder::kernels {

void NormalizeRows(Context& context, Tensor x, Real epsilon, Tensor h, Tensor inverse_s) {
  const int64_t n = x.shape().cols();
  ForEachRow(context, x, [&](int64_t row) {
    const Real* x_row = x.data() + row * n;
    Real* h_row = h.data() + row * n;
    const Real mean = RowSum(x_row, n) / n;
    MapLoop<false>(
        n, h_row, [mean](Real x) { return x - mean; }, x_row);
    const Real variance = RowSumOf(
                              n, [](Real h) { return h * h; }, h_row) /
                          n;
    const Real scale = 1 / std::sqrt(variance + epsilon);
    for (int64_t j = 0; j < n; ++j) h_row[j] *= scale;
    inverse_s[row] = scale;
  });
}

void NormalizeRowsBackward(Context& context, Tensor h, Tensor inverse_s, Tensor dy, Tensor gamma,
                           Output dx) {
  const int64_t n = h.shape().cols();
  ForEachRow(context, h, [&](int64_t row) {
    const Real* h_row = h.data() + row * n;
    const Real* dy_row = dy.data() + row * n;
    const Real mean_dh =
        RowSumOf(
            n, [](Real dy, Real gamma) { return dy * gamma; }, dy_row, gamma.data()) /
        n;
    const Real mean_dh_h = RowSumOf(
                               n, [](Real dy, Real gamma, Real h) { return dy * gamma * h; },
                               dy_row, gamma.data(), h_row) /
                           n;
    const Real scale = inverse_s[row];
    MapLoop(
        dx.add, n, dx.tensor.data() + row * n,
        [=](Real h, Real dy, Real gamma) { return (dy * gamma - mean_dh - h * mean_dh_h) * scale; },
        h_row, dy_row, gamma.data());
  });
}

}  // namespace ladder::kernels
