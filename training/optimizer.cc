#include "training/optimizer.h"

#include <cstddef>
#include <memory>

#include "base/check.h"
#include "tensor/profile.h"

namespace ladder {
Optimizer::Optimizer(const char* name, ParameterSet* parameters, double learning_rate,
                     absl::Span<const char* const> state_names)
    : name_(name), parameters_(parameters), learning_rate_(learning_rate) {
  for (const char* state_name : state_names) AddState(state_name);
}

Tensor Optimizer::AddState(const char* name) {
  for (const State& state : states_) {
    LADDER_CHECK(state.name != name) << name_ << ": two states are named " << name;
  }
  const Shape shape = parameters_->values().shape();
  slabs_.push_back(parameters_->NewSlab());
  Real* const elements = reinterpret_cast<Real*>(slabs_.back().get());
  states_.push_back({name, Tensor(elements, shape)});
  return states_.back().slab;
}

bool Optimizer::Step(Context& context) {
  StartStep();
  return FinishStep(context);
}

void Optimizer::StartStep() {
  LADDER_CHECK(states_.empty() || states_[0].slab.shape() == parameters_->values().shape())
      << "a parameter was added after " << name_ << " was made";
  LADDER_CHECK(!in_step_) << name_ << ": StartStep twice without FinishStep";
  in_step_ = true;
  ++num_steps_;
  is_updated_.assign(parameters_->parameters().size(), false);
  all_finite_ = true;
  seconds_ = 0;
  Prepare();
}

void Optimizer::Update(Context& context, const Parameter& parameter) {
  LADDER_CHECK(in_step_) << name_ << ": Update without StartStep";
  const size_t index = static_cast<size_t>(parameter.index());
  LADDER_CHECK(index < is_updated_.size() && parameters_->parameters()[index].get() == &parameter)
      << name_ << ": " << parameter.name() << " is of another set";
  LADDER_CHECK(!is_updated_[index]) << name_ << ": " << parameter.name() << " twice in a step";
  is_updated_[index] = true;
  UpdateRange(context, parameter.slab_begin(), parameter.slab_end());
}

bool Optimizer::FinishStep(Context& context) {
  LADDER_CHECK(in_step_) << name_ << ": FinishStep without StartStep";
  in_step_ = false;
  // Neighbors in one pass.
  int64_t begin = 0;
  int64_t end = 0;
  for (const std::unique_ptr<Parameter>& parameter : parameters_->parameters()) {
    if (is_updated_[static_cast<size_t>(parameter->index())]) continue;
    if (parameter->slab_begin() != end) {
      UpdateRange(context, begin, end);
      begin = parameter->slab_begin();
    }
    end = parameter->slab_end();
  }
  UpdateRange(context, begin, end);
  if (Profile* profile = context.profile()) profile->AddForward(name_, seconds_);
  return all_finite_;
}

void Optimizer::UpdateRange(Context& context, int64_t begin, int64_t end) {
  const bool profiling = context.profile() != nullptr;
  const double start = profiling ? Profile::Now() : 0;
  range_.values = parameters_->values().Rows(begin, end);
  range_.grads = parameters_->grads().Rows(begin, end);
  range_.states.clear();
  for (const State& state : states_) range_.states.push_back(state.slab.Rows(begin, end));
  all_finite_ &= UpdateRange(context, range_);
  if (profiling) seconds_ += Profile::Now() - start;
}

}  // namespace ladder
