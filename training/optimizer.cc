#include "training/optimizer.h"

#include <algorithm>
#include <atomic>

#include "autodiff/profile.h"
#include "base/check.h"
#include "base/thread_pool.h"

namespace ladder {
namespace {

// Elements a task: enough to make its start cheap (some 10 us of work), few enough for the threads
// to end together. A multiple of a cache line.
constexpr int64_t kGrain = 32768;

}  // namespace

Optimizer::Optimizer(const char* name, ParameterSet* parameters, double learning_rate,
                     absl::Span<const char* const> state_names)
    : name_(name), parameters_(parameters), learning_rate_(learning_rate) {
  const Shape shape = parameters->values().shape();
  for (const char* state_name : state_names) {
    // Highway allocates no empty arrays.
    slabs_.push_back(hwy::AllocateAligned<Real>(std::max<int64_t>(shape.size(), 1)));
    LADDER_CHECK(slabs_.back() != nullptr)
        << "out of memory: cannot allocate " << shape.size() * sizeof(Real) << " bytes";
    std::fill_n(slabs_.back().get(), shape.size(), Real{0});
    states_.push_back({state_name, Tensor(slabs_.back().get(), shape)});
  }
}

bool Optimizer::Step(Context& context) {
  LADDER_CHECK(states_.empty() || states_[0].slab.shape() == parameters_->values().shape())
      << "a parameter was added after " << name_ << " was made";
  Profile* const profile = context.profile();
  const double start = profile == nullptr ? 0 : Profile::Now();
  ++num_steps_;
  const bool finite = Update(context);
  if (profile != nullptr) profile->AddForward(name_, Profile::Now() - start);
  return finite;
}

bool Optimizer::UpdatePieces(Context& context,
                             absl::FunctionRef<bool(int64_t begin, int64_t end)> update) const {
  std::atomic<bool> finite{true};
  ParallelFor(context.pool(), parameters_->values().size(), kGrain,
              [&](int64_t begin, int64_t end) {
                if (!update(begin, end)) finite = false;
              });
  return finite;
}

}  // namespace ladder
