#ifndef LADDER_KERNELS_ROW_H_
#define LADDER_KERNELS_ROW_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "base/thread_pool.h"
#include "kernels/elementwise.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

// For work on rows: tensors seen as rows() rows of cols() consecutive elements.

namespace ladder::kernels {

struct AddTwo {
  static constexpr Real kStart = 0;  // of nothing
  template <class T>
  static T Combine(T a, T b) {
    return a + b;
  }
};

struct LargerOfTwo {
  static constexpr Real kStart = -std::numeric_limits<Real>::infinity();
  template <class T>
  static T Combine(T a, T b) {
    return (a >= b) | (a != a) ? a : b;  // NaN if one is
  }
};

// Reduces n consecutive elements: many side by side, as the additions of one lane wait for each
// other.
template <class Rule>
inline double ReduceRow(const Real* x, int64_t n) {
  typedef Real Vector __attribute__((vector_size(16)));
  constexpr int kWidth = sizeof(Vector) / sizeof(Real);
  constexpr int kVectors = 4;
  constexpr int64_t kStep = kVectors * kWidth;
  // A new sum after every kBlock steps bounds the rounding errors.
  constexpr int64_t kBlock = 64;
  double total = Rule::kStart;
  int64_t i = 0;
  while (i + kStep <= n) {
    Vector vectors[kVectors];
    for (Vector& vector : vectors) vector = Rule::kStart + Vector{};
    for (const int64_t end = std::min(n, i + kBlock * kStep); i + kStep <= end; i += kStep) {
      Vector next[kVectors];
      std::memcpy(next, x + i, sizeof(next));
      for (int k = 0; k < kVectors; ++k) vectors[k] = Rule::Combine(vectors[k], next[k]);
    }
    const Vector sums =
        Rule::Combine(Rule::Combine(vectors[0], vectors[1]), Rule::Combine(vectors[2], vectors[3]));
    Real block = Rule::kStart;
    for (int lane = 0; lane < kWidth; ++lane) block = Rule::Combine(block, Real{sums[lane]});
    total = Rule::Combine(total, double{block});
  }
  Real rest = Rule::kStart;
  for (; i < n; ++i) rest = Rule::Combine(rest, x[i]);
  return Rule::Combine(total, double{rest});
}

inline Real RowSum(const Real* x, int64_t n) { return static_cast<Real>(ReduceRow<AddTwo>(x, n)); }
inline Real RowMax(const Real* x, int64_t n) {
  return static_cast<Real>(ReduceRow<LargerOfTwo>(x, n));
}

// The sum of f(x[i], ...).
template <class F, class... X>
inline Real RowSumOf(int64_t n, const F& f, const X*... x) {
  constexpr int64_t kBlock = 256;
  Real block[kBlock];
  double total = 0;
  for (int64_t i = 0; i < n; i += kBlock) {
    const int64_t size = std::min(kBlock, n - i);
    MapLoop<false>(size, block, f, x + i...);
    total += RowSum(block, size);
  }
  return static_cast<Real>(total);
}

// Calls body(row) for each row of `tensor`, on all threads.
template <class Body>
void ForEachRow(Context& context, Tensor tensor, const Body& body) {
  const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, tensor.shape().cols()));
  ParallelFor(context.pool(), tensor.shape().rows(), grain, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) body(row);
  });
}

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_ROW_H_
