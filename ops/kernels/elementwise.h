#ifndef LADDER_OPS_KERNELS_ELEMENTWISE_H_
#define LADDER_OPS_KERNELS_ELEMENTWISE_H_

#include <cstdint>

#include "autodiff/context.h"
#include "autodiff/tensor.h"
#include "base/check.h"
#include "base/thread_pool.h"

namespace ladder::kernels {

// How many elements one thread takes at a time. It is work of some microseconds, about what it
// costs to hand work to another thread; and the cut depends on the size alone.
inline constexpr int64_t kGrain = 16384;

// Memory that lives as long as the tape, not initialized; for what a gradient needs on its way.
inline Tensor Temporary(Context& context, const Shape& shape) {
  return Tensor(static_cast<Real*>(context.arena().Allocate(shape.size() * sizeof(Real))), shape);
}

// y[i] = f(x[i], ...) or y[i] += f(x[i], ...) for `size` elements. y overlaps no x: so GCC makes
// vector instructions of an f without calls and branches. A copy of f keeps what it captured in
// registers; by reference, "c ? x : captured" would be a load that may not be done ahead of c.
template <bool kAdd, class F, class... X>
inline void MapLoop(int64_t size, Real* __restrict y, F f, const X*... x) {
  for (int64_t i = 0; i < size; ++i) {
    if constexpr (kAdd) {
      y[i] += f(x[i]...);
    } else {
      y[i] = f(x[i]...);
    }
  }
}

template <bool kAdd, class F, class... X>
void ParallelMapLoop(Context& context, Tensor y, const F& f, X... x) {
  LADDER_CHECK(((x.size() == y.size()) && ...)) << "an operand of " << y.shape() << " differs";
  ParallelFor(context.pool(), y.size(), kGrain, [&](int64_t begin, int64_t end) {
    MapLoop<kAdd>(end - begin, y.data() + begin, f, x.data() + begin...);
  });
}

// y[i] = f(x[i], ...). All tensors have the same number of elements; y overlaps no x.
template <class F, class... X>
void Map(Context& context, Tensor y, const F& f, X... x) {
  ParallelMapLoop<false>(context, y, f, x...);
}

// y[i] += f(x[i], ...).
template <class F, class... X>
void MapAdd(Context& context, Tensor y, const F& f, X... x) {
  ParallelMapLoop<true>(context, y, f, x...);
}

// dx = f(x, ...) or dx += f(x, ...).
template <class F, class... X>
void MapGradient(Context& context, Gradient dx, const F& f, X... x) {
  if (dx.add) {
    MapAdd(context, dx.tensor, f, x...);
  } else {
    Map(context, dx.tensor, f, x...);
  }
}

}  // namespace ladder::kernels

#endif  // LADDER_OPS_KERNELS_ELEMENTWISE_H_
