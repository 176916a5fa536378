#include "tensor/shape.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"

namespace ladder {

Shape::Shape(absl::Span<const int64_t> sizes) : rank_(static_cast<int>(sizes.size())) {
  LADDER_CHECK(sizes.size() <= kMaxRank) << "a shape has at most rank 8, got " << sizes.size();
  for (int axis = 0; axis < rank_; ++axis) {
    LADDER_CHECK(sizes[axis] >= 0) << "a size is at least 0, got " << sizes[axis];
    LADDER_CHECK(!__builtin_mul_overflow(size_, sizes[axis], &size_) && size_ <= kMaxSize)
        << "a shape has at most 2^59 elements";
    sizes_[axis] = sizes[axis];
  }
}

int Shape::Axis(int axis) const {
  LADDER_CHECK(axis >= -rank_ && axis < rank_)
      << "axis " << axis << " of a shape " << ToString() << ", allowed is [" << -rank_ << ", "
      << rank_ << ")";
  return axis < 0 ? axis + rank_ : axis;
}

int64_t Shape::rows() const {
  int64_t rows = 1;
  for (int axis = 0; axis + 1 < rank_; ++axis) rows *= sizes_[axis];
  return rows;
}

Shape Shape::With(int axis, int64_t size) const {
  int64_t sizes[kMaxRank];
  for (int i = 0; i < rank_; ++i) sizes[i] = sizes_[i];
  sizes[Axis(axis)] = size;
  return Shape(absl::Span<const int64_t>(sizes, rank_));
}

std::string Shape::ToString() const { return absl::StrCat("[", absl::StrJoin(sizes(), ", "), "]"); }

}  // namespace ladder
