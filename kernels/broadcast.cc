#include "kernels/broadcast.h"

namespace ladder::kernels {
namespace {

// The size at an axis counted from the last (0), 1 where there is none.
int64_t SizeFromBack(const Shape& shape, int axis) {
  return axis < shape.rank() ? shape[-1 - axis] : 1;
}

}  // namespace

bool BroadcastShapes(const Shape& a, const Shape& b, Shape* result) {
  const int rank = std::max(a.rank(), b.rank());
  int64_t sizes[Shape::kMaxRank];
  for (int axis = 0; axis < rank; ++axis) {
    const int64_t size_a = SizeFromBack(a, axis);
    const int64_t size_b = SizeFromBack(b, axis);
    if (size_a != size_b && size_a != 1 && size_b != 1) return false;
    sizes[rank - 1 - axis] = size_a == 1 ? size_b : size_a;
  }
  *result = Shape(absl::Span<const int64_t>(sizes, rank));
  return true;
}

bool BroadcastsTo(const Shape& x, const Shape& result) {
  Shape common;
  return BroadcastShapes(x, result, &common) && common == result;
}

BroadcastPlan::BroadcastPlan(const Shape& result, std::initializer_list<Shape> operands)
    : num_operands(static_cast<int>(operands.size())) {
  LADDER_CHECK(num_operands <= kMaxOperands);
  // From the last axis to the first; turned round at the end.
  int64_t next_stride[kMaxOperands];
  std::fill_n(next_stride, num_operands, 1);
  for (int axis = 0; axis < result.rank(); ++axis) {
    const int64_t size = SizeFromBack(result, axis);
    if (size == 1) continue;
    bool merge = rank > 0;
    for (int k = 0; k < num_operands; ++k) {
      const int64_t operand_size = SizeFromBack(operands.begin()[k], axis);
      LADDER_CHECK(operand_size == size || operand_size == 1)
          << operands.begin()[k] << " does not broadcast to " << result;
      strides[k][rank] = operand_size == 1 ? 0 : next_stride[k];
      next_stride[k] *= operand_size;
      merge = merge && strides[k][rank] == strides[k][rank - 1] * sizes[rank - 1];
    }
    if (merge) {
      sizes[rank - 1] *= size;
    } else {
      sizes[rank++] = size;
    }
  }
  if (rank == 0) {
    for (int k = 0; k < num_operands; ++k) strides[k][0] = 1;
    sizes[rank++] = 1;
  }
  std::reverse(sizes, sizes + rank);
  for (int k = 0; k < num_operands; ++k) std::reverse(strides[k], strides[k] + rank);
}

void BroadcastPlan::ForEachRun(
    int64_t begin, int64_t end,
    absl::FunctionRef<void(int64_t position, int64_t length, const int64_t* offsets)> run) const {
  // Where `begin` is, as an index along each axis and an offset into each operand.
  int64_t index[Shape::kMaxRank];
  int64_t offsets[kMaxOperands] = {};
  int64_t rest = begin;
  for (int axis = rank - 1; axis >= 0; --axis) {
    index[axis] = rest % sizes[axis];
    rest /= sizes[axis];
    for (int k = 0; k < num_operands; ++k) offsets[k] += index[axis] * strides[k][axis];
  }
  for (int64_t position = begin; position < end;) {
    const int64_t length = std::min(end - position, sizes[rank - 1] - index[rank - 1]);
    run(position, length, offsets);
    position += length;
    // Only the first run may start within the last axis, and only the last may end there.
    for (int k = 0; k < num_operands; ++k) {
      offsets[k] -= index[rank - 1] * strides[k][rank - 1];
    }
    index[rank - 1] = 0;
    for (int axis = rank - 2; axis >= 0; --axis) {
      for (int k = 0; k < num_operands; ++k) offsets[k] += strides[k][axis];
      if (++index[axis] < sizes[axis]) break;
      for (int k = 0; k < num_operands; ++k) offsets[k] -= sizes[axis] * strides[k][axis];
      index[axis] = 0;
    }
  }
}

}  // namespace ladder::kernels
