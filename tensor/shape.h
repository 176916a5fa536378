#ifndef LADDER_TENSOR_SHAPE_H_
#define LADDER_TENSOR_SHAPE_H_

#include <cstdint>
#include <initializer_list>
#include <ostream>
#include <string>

#include "absl/types/span.h"

namespace ladder {

// The sizes of a tensor's axes, row-major: rank 0 (a scalar, one element) to 8. Trivially copyable.
//
// The last axis is features or channels. Code that knows only rows of features (bias, noise,
// normalization) sees any tensor as rows() rows of cols() values: a fully connected layer's [N, C]
// and an image layer's [N, H, W, C] alike.
class Shape {
 public:
  static constexpr int kMaxRank = 8;
  // So many elements of 8 bytes are counted in 63 bits.
  static constexpr int64_t kMaxSize = int64_t{1} << 59;

  Shape() = default;
  // Each size must be at least 0, and their product at most kMaxSize.
  Shape(std::initializer_list<int64_t> sizes)
      : Shape(absl::Span<const int64_t>(sizes.begin(), sizes.size())) {}
  explicit Shape(absl::Span<const int64_t> sizes);

  int rank() const { return rank_; }
  // The size of an axis in [-rank, rank); -1 is the last.
  int64_t operator[](int axis) const { return sizes_[Axis(axis)]; }
  // The axis counted from the front, in [0, rank).
  int Axis(int axis) const;
  absl::Span<const int64_t> sizes() const { return {sizes_, static_cast<size_t>(rank_)}; }

  // The number of elements.
  int64_t size() const { return size_; }
  // The last size, 1 for a scalar.
  int64_t cols() const { return rank_ == 0 ? 1 : sizes_[rank_ - 1]; }
  // The product of all sizes but the last: rows() * cols() == size() unless cols() is 0.
  int64_t rows() const;

  // This shape with another size at one axis.
  Shape With(int axis, int64_t size) const;

  // "[100, 784]"; "[]" for a scalar.
  std::string ToString() const;

  friend bool operator==(const Shape& a, const Shape& b) { return a.sizes() == b.sizes(); }
  friend bool operator!=(const Shape& a, const Shape& b) { return !(a == b); }
  friend std::ostream& operator<<(std::ostream& out, const Shape& shape) {
    return out << shape.ToString();
  }

 private:
  int64_t sizes_[kMaxRank] = {};
  int64_t size_ = 1;
  int rank_ = 0;
};

}  // namespace ladder

#endif  // LADDER_TENSOR_SHAPE_H_
