#ifndef LADDER_TENSOR_TENSOR_H_
#define LADDER_TENSOR_TENSOR_H_

#include <cstdint>

#include "base/check.h"
#include "tensor/shape.h"

namespace ladder {

// The one element type. The library also builds with double (tensor/double.bzl), for gradient
// checks: in float, central differences are too coarse to tell a right formula from a wrong one.
#ifdef LADDER_REAL_IS_DOUBLE
using Real = double;
#else
using Real = float;
#endif

// A view of Shape::size() elements, row-major and contiguous. It owns nothing and copies like a
// pointer; `const Tensor` does not make the elements const. The null tensor has no data: it stands
// for "no gradient wanted".
class Tensor {
 public:
  Tensor() = default;
  Tensor(Real* data, const Shape& shape) : data_(data), shape_(shape) {}

  Real* data() const { return data_; }
  const Shape& shape() const { return shape_; }
  int64_t size() const { return shape_.size(); }
  explicit operator bool() const { return data_ != nullptr; }

  // Element number i in row-major order.
  Real& operator[](int64_t i) const { return data_[i]; }

  // Entries [begin, end) along the first axis, without a copy.
  Tensor Rows(int64_t begin, int64_t end) const {
    LADDER_CHECK(shape_.rank() >= 1 && 0 <= begin && begin <= end && end <= shape_[0])
        << "rows [" << begin << ", " << end << ") of " << shape_;
    const int64_t row_size = shape_[0] == 0 ? 0 : size() / shape_[0];
    return Tensor(data_ + begin * row_size, shape_.With(0, end - begin));
  }

  // The same elements seen with another shape of the same size.
  Tensor Reshaped(const Shape& shape) const {
    LADDER_CHECK(shape.size() == size()) << "reshape of " << shape_ << " to " << shape;
    return Tensor(data_, shape);
  }

 private:
  Real* data_ = nullptr;
  Shape shape_;
};

// Where a result goes: who writes it assigns every element of `tensor`, whose memory may hold
// anything, or adds to every element. A tensor in its place is assigned.
struct Output {
  Output() = default;  // of the null tensor: not wanted
  Output(Tensor tensor, bool add = false) : tensor(tensor), add(add) {}  // NOLINT: implicit

  explicit operator bool() const { return static_cast<bool>(tensor); }

  // Element number i: assigned, or added to.
  void Put(int64_t i, Real value) const { tensor[i] = add ? tensor[i] + value : value; }

  Tensor tensor;
  bool add = false;
};

}  // namespace ladder

#endif  // LADDER_TENSOR_TENSOR_H_
