#ifndef LADDER_KERNELS_BROADCAST_H_
#define LADDER_KERNELS_BROADCAST_H_

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "absl/functional/function_ref.h"
#include "base/check.h"
#include "kernels/elementwise.h"
#include "kernels/reduce.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

// Elementwise functions of tensors of different shapes, by NumPy's rule: shapes are aligned at
// their last axes; at each axis the sizes are equal, or one is 1 or missing and is repeated.

namespace ladder::kernels {

// Whether the shapes fit together; if so, `result` is the common shape.
bool BroadcastShapes(const Shape& a, const Shape& b, Shape* result);
// Whether x fits a result of this shape: whether repeating x alone gives it.
bool BroadcastsTo(const Shape& x, const Shape& result);

// How operands are read while a result is written in order, with as few axes as possible: axes of
// size 1 are dropped, and neighbors that every operand goes through alike are made one. So tensors
// of one shape have one axis, and a matrix and a row have two.
struct BroadcastPlan {
  static constexpr int kMaxOperands = 4;

  // Each operand BroadcastsTo the result.
  BroadcastPlan(const Shape& result, std::initializer_list<Shape> operands);

  int num_operands = 0;
  int rank = 0;  // at least 1
  int64_t sizes[Shape::kMaxRank];
  // How far the next element along an axis is; 0 where the operand is repeated. Along the last axis
  // always 0 or 1.
  int64_t strides[kMaxOperands][Shape::kMaxRank];

  // Calls run(position, length, offsets) for pieces of [begin, end) of the result that each stay
  // within the last axis; offsets[k] is where operand k is read.
  void ForEachRun(
      int64_t begin, int64_t end,
      absl::FunctionRef<void(int64_t position, int64_t length, const int64_t* offsets)> run) const;
};

template <class F, class... X, size_t... k>
void BroadcastLoop(Context& context, Output out, const F& f, std::index_sequence<k...>, X... x) {
  const Tensor y = out.tensor;
  const BroadcastPlan plan(y.shape(), {x.shape()...});
  // A repeated element is read from a block of copies, so that one loop serves all patterns.
  constexpr int64_t kBlock = 256;
  const bool repeated[] = {plan.strides[k][plan.rank - 1] == 0 ...};
  const int64_t step = (repeated[k] || ...) ? kBlock : y.size();
  ParallelFor(context.pool(), y.size(), kGrain, [&](int64_t begin, int64_t end) {
    Real copies[sizeof...(X)][kBlock];
    plan.ForEachRun(begin, end, [&](int64_t position, int64_t length, const int64_t* offsets) {
      const Real* sources[] = {x.data() + offsets[k]...};
      for (size_t i = 0; i < sizeof...(X); ++i) {
        if (!repeated[i]) continue;
        std::fill_n(copies[i], std::min(length, kBlock), *sources[i]);
        sources[i] = copies[i];
      }
      for (int64_t done = 0; done < length; done += step) {
        MapLoop(out.add, std::min(step, length - done), y.data() + position + done, f,
                sources[k] + (repeated[k] ? 0 : done)...);
      }
    });
  });
}

// y = f(x, ...), elementwise, or y += f(x, ...); each x BroadcastsTo y and does not overlap it.
template <class F, class... X>
void BroadcastMap(Context& context, Output y, const F& f, X... x) {
  if (((x.size() == y.tensor.size()) && ...)) {
    Map(context, y, f, x...);
  } else {
    BroadcastLoop(context, y, f, std::index_sequence_for<X...>(), x...);
  }
}

// The gradient of one operand of a broadcast function: f(dy, x, ...), summed over the axes along
// which the operand was repeated. dy has the shape of the function's result.
template <class F, class... X>
void UnbroadcastMap(Context& context, Output dx, const F& f, Tensor dy, X... x) {
  if (dx.tensor.size() == dy.size()) {
    BroadcastMap(context, {dx.tensor.Reshaped(dy.shape()), dx.add}, f, dy, x...);
    return;
  }
  const Tensor full = Temporary(context, dy.shape());
  BroadcastMap(context, full, f, dy, x...);
  Sum(context, full, dx);
}

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_BROADCAST_H_
