#include "kernels/copy.h"

#include <algorithm>

#include "base/check.h"
#include "base/thread_pool.h"
#include "kernels/elementwise.h"

namespace ladder::kernels {
namespace {

constexpr auto kIdentity = [](Real x) { return x; };

// An axis of a permutation: where the next element is in source and target.
struct PermutedAxis {
  int64_t size, source, target;
};

// target = source or target += source, for one order of the axes: the target is contiguous.
// `axes`: the target's axes from first to last, without those of size 1; at least one.
template <bool kAdd>
void MovePermuted(Context& context, absl::Span<const PermutedAxis> axes, const Real* source,
                  Real* target) {
  // Two axes are gone through tile by tile: the target's last, and the one along which the source
  // is contiguous, so that of both whole cache lines are used.
  constexpr int64_t kTile = 16;
  const int rank = static_cast<int>(axes.size());
  const PermutedAxis column = axes[rank - 1];
  PermutedAxis row = {1, 0, 0};
  PermutedAxis outer[Shape::kMaxRank];
  int num_outer = 0;
  int64_t num_units = 1;
  for (int i = 0; i + 1 < rank; ++i) {
    const bool is_row = column.source == 1 ? i == rank - 2 : axes[i].source == 1;
    if (is_row) {
      row = axes[i];
    } else {
      num_units *= axes[i].size;
      outer[num_outer++] = axes[i];
    }
  }
  const int64_t num_tiles = (row.size + kTile - 1) / kTile;
  num_units *= num_tiles;
  const int64_t grain = std::max<int64_t>(1, kGrain / (column.size * std::min(kTile, row.size)));
  ParallelFor(context.pool(), num_units, grain, [&](int64_t begin, int64_t end) {
    for (int64_t unit = begin; unit < end; ++unit) {
      const int64_t first_row = unit % num_tiles * kTile;
      const int64_t num_rows = std::min(kTile, row.size - first_row);
      const Real* from = source + first_row * row.source;
      Real* to = target + first_row * row.target;
      int64_t rest = unit / num_tiles;
      for (int i = num_outer - 1; i >= 0; --i) {
        from += rest % outer[i].size * outer[i].source;
        to += rest % outer[i].size * outer[i].target;
        rest /= outer[i].size;
      }
      for (int64_t first = 0; first < column.size; first += kTile) {
        const int64_t last = std::min(first + kTile, column.size);
        for (int64_t i = 0; i < num_rows; ++i) {
          for (int64_t j = first; j < last; ++j) {
            Real& y = to[i * row.target + j];
            const Real x = from[i * row.source + j * column.source];
            y = kAdd ? y + x : x;
          }
        }
      }
    }
  });
}

// Calls MovePermuted for a target of the shape of the source with its axes in order `axes`.
void MovePermuted(Context& context, Tensor source, absl::Span<const int> axes, Output target) {
  LADDER_CHECK(static_cast<int>(axes.size()) == source.shape().rank());
  if (source.size() == 0) return;
  int64_t strides[Shape::kMaxRank];
  int64_t stride = 1;
  for (int axis = source.shape().rank() - 1; axis >= 0; --axis) {
    strides[axis] = stride;
    stride *= source.shape()[axis];
  }
  PermutedAxis kept[Shape::kMaxRank];
  int rank = 0;
  int64_t target_stride = source.size();
  for (const int axis : axes) {
    const int64_t size = source.shape()[axis];
    target_stride /= size;
    if (size == 1) continue;
    // Neighbors in both are one axis.
    if (rank > 0 && kept[rank - 1].source == strides[axis] * size) {
      kept[rank - 1] = {kept[rank - 1].size * size, strides[axis], target_stride};
    } else {
      kept[rank++] = {size, strides[axis], target_stride};
    }
  }
  if (rank == 0) kept[rank++] = {1, 1, 1};
  const auto move = target.add ? MovePermuted<true> : MovePermuted<false>;
  move(context, absl::MakeConstSpan(kept, rank), source.data(), target.tensor.data());
}

int64_t RowSize(Tensor x) { return x.shape()[0] == 0 ? 0 : x.size() / x.shape()[0]; }

}  // namespace

void CopyBlocks(Context& context, int64_t count, int64_t width, Blocks x, Blocks y, bool add) {
  if (width == 0) return;
  // Long blocks are cut, short ones are put together.
  const int64_t pieces = (width + kGrain - 1) / kGrain;
  const int64_t grain = std::max<int64_t>(1, kGrain / width);
  ParallelFor(context.pool(), count * pieces, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t block = i / pieces;
      const int64_t start = i % pieces * kGrain;
      MapLoop(add, std::min(kGrain, width - start), y.data + block * y.stride + start, kIdentity,
              x.data + block * x.stride + start);
    }
  });
}

void Permute(Context& context, Tensor x, absl::Span<const int> axes, Tensor y) {
  MovePermuted(context, x, axes, y);
}

void PermuteBackward(Context& context, Tensor dy, absl::Span<const int> axes, Output dx) {
  int inverse[Shape::kMaxRank];
  for (size_t i = 0; i < axes.size(); ++i) inverse[axes[i]] = static_cast<int>(i);
  MovePermuted(context, dy, absl::MakeConstSpan(inverse, axes.size()), dx);
}

void Gather(Context& context, Tensor x, absl::Span<const int32_t> rows, Tensor y) {
  const int64_t width = RowSize(x);
  const int64_t count = static_cast<int64_t>(rows.size());
  const int64_t grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, width));
  ParallelFor(context.pool(), count, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      std::copy_n(x.data() + rows[i] * width, width, y.data() + i * width);
    }
  });
}

void GatherBackward(Context& context, Tensor dy, absl::Span<const int32_t> rows, Output out) {
  const Tensor dx = Accumulator(context, out);
  const int64_t width = RowSize(dx);
  const int64_t count = static_cast<int64_t>(rows.size());
  // A row may come up many times: threads share columns, so that each element is added to in order.
  const int64_t grain = std::max<int64_t>(16, kGrain / std::max<int64_t>(1, count));
  ParallelFor(context.pool(), width, grain, [&](int64_t begin, int64_t end) {
    for (int64_t i = 0; i < count; ++i) {
      MapLoop<true>(end - begin, dx.data() + rows[i] * width + begin, kIdentity,
                    dy.data() + i * width + begin);
    }
  });
}

}  // namespace ladder::kernels
