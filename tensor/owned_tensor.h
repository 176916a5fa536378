#ifndef LADDER_TENSOR_OWNED_TENSOR_H_
#define LADDER_TENSOR_OWNED_TENSOR_H_

#include <cstdint>

#include "base/aligned_memory.h"
#include "tensor/tensor.h"

namespace ladder {

// A tensor with memory of its own, for what outlives a tape.
class OwnedTensor {
 public:
  OwnedTensor() = default;  // the null tensor
  explicit OwnedTensor(const Shape& shape) { Resize(shape); }

  // Takes memory only where there is not enough; the elements are not initialized.
  void Resize(const Shape& shape) {
    if (shape.size() > capacity_ || memory_ == nullptr) {
      memory_ = AllocateAligned(static_cast<size_t>(shape.size()) * sizeof(Real));
      capacity_ = shape.size();
    }
    shape_ = shape;
  }

  // Valid until the next Resize.
  Tensor tensor() const { return Tensor(reinterpret_cast<Real*>(memory_.get()), shape_); }

 private:
  AlignedMemory memory_;
  int64_t capacity_ = 0;  // in elements
  Shape shape_;
};

}  // namespace ladder

#endif  // LADDER_TENSOR_OWNED_TENSOR_H_
