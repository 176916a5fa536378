#include "kernels/reduce.h"

#include <algorithm>
#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/broadcast.h"
#include "kernels/elementwise.h"
#include "kernels/row.h"

namespace ladder::kernels {
namespace {

// Rows after which a new block begins.
constexpr int64_t kBlock = 64;
// Columns that are reduced side by side.
constexpr int64_t kTile = 256;

// Some axes of x, to be gone through in order.
struct Axes {
  int rank = 0;
  int64_t sizes[Shape::kMaxRank];
  int64_t strides[Shape::kMaxRank];

  void Add(int64_t size, int64_t stride) {
    sizes[rank] = size;
    strides[rank++] = stride;
  }
  int64_t count() const {
    int64_t count = 1;
    for (int axis = 0; axis < rank; ++axis) count *= sizes[axis];
    return count;
  }
  // Where entry number i is.
  int64_t Offset(int64_t i) const {
    if (rank == 1) return i * strides[0];
    int64_t offset = 0;
    for (int axis = rank - 1; axis >= 0; --axis) {
      offset += i % sizes[axis] * strides[axis];
      i /= sizes[axis];
    }
    return offset;
  }
};

template <class Rule, class T>
void CombineRow(int64_t n, T* __restrict y, const Real* x) {
  for (int64_t i = 0; i < n; ++i) y[i] = Rule::Combine(y[i], T{x[i]});
}

// Reduces n columns, side by side, over all entries of `reduced`.
template <class Rule>
void ReduceColumns(const Real* x, int64_t n, const Axes& reduced, double* total) {
  std::fill_n(total, n, double{Rule::kStart});
  const int64_t count = reduced.count();
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    Real block[kTile];
    std::fill_n(block, n, Rule::kStart);
    for (int64_t i = begin; i < std::min(count, begin + kBlock); ++i) {
      CombineRow<Rule>(n, block, x + reduced.Offset(i));
    }
    CombineRow<Rule>(n, total, block);
  }
}

template <class Rule>
void Reduce(Context& context, Tensor x, Output y) {
  if (x.size() == 0) {
    for (int64_t i = 0; i < y.tensor.size(); ++i) y.Put(i, Rule::kStart);
    return;
  }
  const BroadcastPlan plan(x.shape(), {y.tensor.shape()});
  Axes kept, reduced;
  int64_t stride = x.size();
  for (int axis = 0; axis + 1 < plan.rank; ++axis) {
    stride /= plan.sizes[axis];
    (plan.strides[0][axis] == 0 ? reduced : kept).Add(plan.sizes[axis], stride);
  }
  const int64_t n = plan.sizes[plan.rank - 1];
  if (plan.strides[0][plan.rank - 1] == 0) {
    // The last axis goes: each element of y is made of whole rows.
    const int64_t num_rows = reduced.count();
    const int64_t grain = std::max<int64_t>(1, kGrain / (num_rows * n));
    ParallelFor(context.pool(), y.tensor.size(), grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const Real* base = x.data() + kept.Offset(i);
        double total = Rule::kStart;
        for (int64_t row = 0; row < num_rows; ++row) {
          total = Rule::Combine(total, ReduceRow<Rule>(base + reduced.Offset(row), n));
        }
        y.Put(i, static_cast<Real>(total));
      }
    });
  } else {
    // The last axis stays: rows of x are combined into a row of y, a tile of columns at a time.
    const int64_t num_tiles = (n + kTile - 1) / kTile;
    const int64_t tile_work = reduced.count() * std::min(n, kTile);
    const int64_t grain = std::max<int64_t>(1, kGrain / tile_work);
    ParallelFor(context.pool(), kept.count() * num_tiles, grain, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        const int64_t row = i / num_tiles;
        const int64_t column = i % num_tiles * kTile;
        const int64_t width = std::min(kTile, n - column);
        double total[kTile];
        ReduceColumns<Rule>(x.data() + kept.Offset(row) + column, width, reduced, total);
        for (int64_t j = 0; j < width; ++j) {
          y.Put(row * n + column + j, static_cast<Real>(total[j]));
        }
      }
    });
  }
}

}  // namespace

void Sum(Context& context, Tensor x, Output y) {
  if (x.size() == y.tensor.size()) {
    Map(
        context, y, [](Real x) { return x; }, x);
  } else {
    Reduce<AddTwo>(context, x, y);
  }
}

void Max(Context& context, Tensor x, Tensor y) { Reduce<LargerOfTwo>(context, x, y); }

}  // namespace ladder::kernels
