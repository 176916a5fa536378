#include "kernels/elementwise.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace ladder::kernels {

void Fill(Context& context, Tensor y, Real value) {
  ParallelFor(context.pool(), y.size(), kGrain, [&](int64_t begin, int64_t end) {
    std::fill(y.data() + begin, y.data() + end, value);
  });
}

void Copy(Context& context, Tensor x, Tensor y) {
  Map(
      context, y, [](Real x) { return x; }, x);
}

void Swap(Context& context, Tensor x, Tensor y) {
  LADDER_CHECK(x.size() == y.size()) << x.shape() << " and " << y.shape();
  ParallelFor(context.pool(), x.size(), kGrain, [&](int64_t begin, int64_t end) {
    std::swap_ranges(x.data() + begin, x.data() + end, y.data() + begin);
  });
}

void Interpolate(Context& context, Real weight, Tensor x, Tensor y) {
  LADDER_CHECK(x.size() == y.size()) << x.shape() << " and " << y.shape();
  ParallelFor(context.pool(), x.size(), kGrain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) y[i] = (1 - weight) * y[i] + weight * x[i];
  });
}

bool IsFinite(Context& context, Tensor x) {
  std::atomic<bool> is_finite = true;
  ParallelFor(context.pool(), x.size(), kGrain, [&](int64_t begin, int64_t end) {
    const bool part = std::all_of(x.data() + begin, x.data() + end,
                                  [](Real value) { return std::isfinite(value); });
    if (!part) is_finite = false;
  });
  return is_finite;
}

Tensor Accumulator(Context& context, Output y) {
  if (y && !y.add) Fill(context, y.tensor, 0);
  return y.tensor;
}

}  // namespace ladder::kernels
