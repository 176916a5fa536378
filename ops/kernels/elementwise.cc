#include "ops/kernels/elementwise.h"

#include <algorithm>

namespace ladder::kernels {

void Fill(Context& context, Tensor y, Real value) {
  ParallelFor(context.pool(), y.size(), kGrain, [&](int64_t begin, int64_t end) {
    std::fill(y.data() + begin, y.data() + end, value);
  });
}

Tensor Accumulator(Context& context, Output y) {
  if (y && !y.add) Fill(context, y.tensor, 0);
  return y.tensor;
}

}  // namespace ladder::kernels
