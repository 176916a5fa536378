#ifndef LADDER_KERNELS_ELEMENTWISE_H_
#define LADDER_KERNELS_ELEMENTWISE_H_

#include <cstdint>

#include "base/check.h"
#include "base/thread_pool.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

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

// The same where only the caller's caller knows whether to add.
template <class F, class... X>
inline void MapLoop(bool add, int64_t size, Real* y, F f, const X*... x) {
  if (add) {
    MapLoop<true>(size, y, f, x...);
  } else {
    MapLoop<false>(size, y, f, x...);
  }
}

// y[i] = f(x[i], ...), or y[i] += f(x[i], ...). All tensors have the same number of elements; y
// overlaps no x.
template <class F, class... X>
void Map(Context& context, Output y, const F& f, X... x) {
  const Tensor out = y.tensor;
  LADDER_CHECK(((x.size() == out.size()) && ...)) << "an operand of " << out.shape() << " differs";
  ParallelFor(context.pool(), out.size(), kGrain, [&](int64_t begin, int64_t end) {
    MapLoop(y.add, end - begin, out.data() + begin, f, x.data() + begin...);
  });
}

// y[i] = value.
void Fill(Context& context, Tensor y, Real value);
// y[i] = x[i], of one size.
void Copy(Context& context, Tensor x, Tensor y);
// x[i] and y[i] change places.
void Swap(Context& context, Tensor x, Tensor y);
// y[i] = (1 - weight) y[i] + weight x[i]. In this form a weight of 1 copies exactly.
void Interpolate(Context& context, Real weight, Tensor x, Tensor y);
// Whether no element is infinite or NaN.
bool IsFinite(Context& context, Tensor x);

// For who adds to y again and again: y's tensor, filled with zeros if y is to be assigned.
Tensor Accumulator(Context& context, Output y);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_ELEMENTWISE_H_
