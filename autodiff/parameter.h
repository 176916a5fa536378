#ifndef LADDER_AUTODIFF_PARAMETER_H_
#define LADDER_AUTODIFF_PARAMETER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/aligned_memory.h"
#include "base/philox.h"
#include "tensor/tensor.h"

namespace ladder {

class ParameterSet;

// A tensor that training changes, and its gradient. Lives as long as its ParameterSet.
class Parameter {
 public:
  const std::string& name() const { return name_; }
  const Shape& shape() const { return shape_; }
  Tensor value() const;
  // Tape::Backward adds to it; who uses it (an optimizer) sets it back to zero.
  Tensor grad() const;
  // Its number in ParameterSet::parameters().
  int index() const { return index_; }
  // Where it lies in the slabs, in elements, padding included: whole cache lines.
  int64_t slab_begin() const { return offset_; }
  int64_t slab_end() const;

 private:
  friend class ParameterSet;
  Parameter(const ParameterSet* set, int index, absl::string_view name, const Shape& shape,
            int64_t offset)
      : set_(set), index_(index), name_(name), shape_(shape), offset_(offset) {}

  const ParameterSet* set_;
  int index_;
  std::string name_;
  Shape shape_;
  int64_t offset_;  // in the slabs, in elements
};

// Writes a parameter's first value.
using Initializer = std::function<void(Tensor)>;

Initializer Zeros();
Initializer Constant(Real value);
// Independent normal values with mean 0. Each parameter needs a stream of its own.
Initializer Normal(Real stddev, RandomKey key);
// Independent values, uniform over (-limit, limit).
Initializer Uniform(Real limit, RandomKey key);

// The parameters of a model in two slabs, values and gradients, so that an optimizer, an all-reduce
// or a checkpoint is one pass over an array.
class ParameterSet {
 public:
  // In a dry run (tensor/context.h), parameters have their places in the slabs, but no values:
  // none is initialized, and memory is only reserved.
  explicit ParameterSet(bool dry_run = false) : dry_run_(dry_run) {}
  ParameterSet(const ParameterSet&) = delete;
  ParameterSet& operator=(const ParameterSet&) = delete;

  // Adds a parameter; its name must be new. Views of the set's tensors made before are invalid
  // after; the Parameter& that were returned before stay valid.
  Parameter& Add(absl::string_view name, const Shape& shape, const Initializer& initialize);

  // In the order in which they were added.
  const std::vector<std::unique_ptr<Parameter>>& parameters() const { return parameters_; }
  // Null if there is none of this name.
  Parameter* Find(absl::string_view name) const;
  // The number of elements of all parameters.
  int64_t num_elements() const;

  // The slabs, [padded size]: parameters in order, each padded with zeros to a cache line.
  Tensor values() const;
  Tensor grads() const;
  void ZeroGrads();

  // Memory for a slab beside these, laid out alike: zeros.
  AlignedMemory NewSlab() const { return NewSlab(size_); }

 private:
  friend class Parameter;
  static Real* Elements(const AlignedMemory& slab) { return reinterpret_cast<Real*>(slab.get()); }
  AlignedMemory NewSlab(int64_t num_elements) const;
  void Grow(AlignedMemory& slab, int64_t new_capacity) const;

  const bool dry_run_;
  std::vector<std::unique_ptr<Parameter>> parameters_;
  int64_t size_ = 0;  // of a slab, in elements
  int64_t capacity_ = 0;
  AlignedMemory values_, grads_;
};

}  // namespace ladder

#endif  // LADDER_AUTODIFF_PARAMETER_H_
