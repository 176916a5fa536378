#include "autodiff/parameter.h"

#include <algorithm>

#include "base/check.h"
#include "kernels/initialize.h"

namespace ladder {
namespace {

int64_t PaddedSize(const Shape& shape) {
  constexpr int64_t kUnit = kAlignment / sizeof(Real);
  return (shape.size() + kUnit - 1) / kUnit * kUnit;
}

}  // namespace

Tensor Parameter::value() const {
  return Tensor(ParameterSet::Elements(set_->values_) + offset_, shape_);
}
Tensor Parameter::grad() const {
  return Tensor(ParameterSet::Elements(set_->grads_) + offset_, shape_);
}

int64_t Parameter::slab_end() const { return offset_ + PaddedSize(shape_); }

Initializer Zeros() { return Constant(0); }

Initializer Constant(Real value) {
  return [value](Tensor x) { kernels::InitializeConstant(value, x); };
}

Initializer Normal(Real stddev, RandomKey key) {
  return [stddev, key](Tensor x) { kernels::InitializeNormal(stddev, key, x); };
}

Initializer Uniform(Real limit, RandomKey key) {
  return [limit, key](Tensor x) { kernels::InitializeUniform(limit, key, x); };
}

void ParameterSet::Grow(AlignedMemory& slab, int64_t new_capacity) const {
  AlignedMemory grown = NewSlab(new_capacity);
  if (!dry_run_) std::copy_n(Elements(slab), size_, Elements(grown));
  slab = std::move(grown);
}

AlignedMemory ParameterSet::NewSlab(int64_t num_elements) const {
  const size_t bytes = static_cast<size_t>(num_elements) * sizeof(Real);
  if (dry_run_) return ReserveAligned(bytes);
  AlignedMemory slab = AllocateAligned(bytes);
  std::fill_n(Elements(slab), num_elements, Real{0});
  return slab;
}

Parameter& ParameterSet::Add(absl::string_view name, const Shape& shape,
                             const Initializer& initialize) {
  LADDER_CHECK(Find(name) == nullptr) << "two parameters are named " << name;
  const int64_t offset = size_;
  const int64_t new_size = offset + PaddedSize(shape);
  if (new_size > capacity_) {
    const int64_t new_capacity = std::max(new_size, 2 * capacity_);
    Grow(values_, new_capacity);
    Grow(grads_, new_capacity);
    capacity_ = new_capacity;
  }
  size_ = new_size;
  parameters_.push_back(std::unique_ptr<Parameter>(
      new Parameter(this, static_cast<int>(parameters_.size()), name, shape, offset)));
  if (!dry_run_) initialize(parameters_.back()->value());
  return *parameters_.back();
}

Parameter* ParameterSet::Find(absl::string_view name) const {
  for (const std::unique_ptr<Parameter>& parameter : parameters_) {
    if (parameter->name() == name) return parameter.get();
  }
  return nullptr;
}

int64_t ParameterSet::num_elements() const {
  int64_t count = 0;
  for (const std::unique_ptr<Parameter>& parameter : parameters_) {
    count += parameter->shape().size();
  }
  return count;
}

Tensor ParameterSet::values() const { return Tensor(Elements(values_), {size_}); }
Tensor ParameterSet::grads() const { return Tensor(Elements(grads_), {size_}); }

void ParameterSet::ZeroGrads() {
  if (!dry_run_) std::fill_n(Elements(grads_), size_, Real{0});
}

}  // namespace ladder
