#ifndef LADDER_TRAINING_OPTIMIZER_H_
#define LADDER_TRAINING_OPTIMIZER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "autodiff/parameter.h"
#include "base/aligned_memory.h"
#include "tensor/context.h"

namespace ladder {

// Changes parameters by their gradients.
//
// An optimizer keeps slabs of its own (moments) beside those of the ParameterSet, laid out alike,
// so that a step is one pass over arrays: it uses the gradients and sets them back to zero as it
// goes. The pass is cut by size: the result has the same bits on any number of threads.
class Optimizer {
 public:
  // What a checkpoint holds of an optimizer, besides num_steps(). `slab` lies as
  // ParameterSet::values() does, one element for each of its elements.
  struct State {
    std::string name;  // such as "m"
    Tensor slab;
  };

  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  // Applies the gradients once and clears them. Returns false if some gradient is not finite. Then
  // those gradients and the elements they belong to are left as they were, so that
  // Tape::FirstNonFinite can still tell where they come from, and the others are updated.
  bool Step(Context& context);

  // The same, to the same bits, a parameter at a time while its gradient is in the cache:
  //
  //   optimizer.StartStep();
  //   tape.Backward(loss, [&](const Parameter& w) { optimizer.Update(context, w); });
  //   const bool all_finite = optimizer.FinishStep(context);
  //
  // FinishStep updates the parameters that Update was not called for. The learning rate is that of
  // StartStep.
  void StartStep();
  void Update(Context& context, const Parameter& parameter);
  bool FinishStep(Context& context);

  double learning_rate() const { return learning_rate_; }
  void set_learning_rate(double learning_rate) { learning_rate_ = learning_rate; }

  // How many steps were made; a resumed run sets it.
  int64_t num_steps() const { return num_steps_; }
  void set_num_steps(int64_t num_steps) { num_steps_ = num_steps; }

  // "Adam", "Sgd".
  const char* name() const { return name_; }
  const ParameterSet& parameters() const { return *parameters_; }
  // Views of the slabs, valid as long as the optimizer; writing to them restores its state.
  absl::Span<const State> states() const { return states_; }
  // Adds a slab of zeros that a checkpoint holds too, and that is not the optimizer's to change.
  // `name` is new.
  Tensor AddState(const char* name);

 protected:
  // The set must outlive the optimizer and be complete: no parameter may be added after. The slabs
  // start as zeros. `name` is a literal.
  Optimizer(const char* name, ParameterSet* parameters, double learning_rate,
            absl::Span<const char* const> state_names);

  // Computes what is common to all elements of a step, the num_steps()-th.
  virtual void Prepare() = 0;
  // A part of the slabs, whole cache lines.
  struct Range {
    Tensor values, grads;
    std::vector<Tensor> states;
  };
  // Updates it and sets its gradients to zero. Returns whether all of them were finite.
  virtual bool UpdateRange(Context& context, const Range& range) = 0;

 private:
  // Of elements [begin, end) of the slabs.
  void UpdateRange(Context& context, int64_t begin, int64_t end);

  const char* const name_;
  ParameterSet* const parameters_;
  double learning_rate_;
  int64_t num_steps_ = 0;
  std::vector<AlignedMemory> slabs_;
  std::vector<State> states_;
  // Of the step under way:
  bool in_step_ = false;
  std::vector<bool> is_updated_;  // by Parameter::index()
  bool all_finite_ = true;
  Range range_;         // kept so that a step allocates nothing
  double seconds_ = 0;  // when profiling
};

}  // namespace ladder

#endif  // LADDER_TRAINING_OPTIMIZER_H_
