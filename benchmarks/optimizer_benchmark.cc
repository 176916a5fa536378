// Time of one step of an optimizer for the ladder network of the MNIST experiments.
#include <cstdint>

#include "benchmark/benchmark.h"
#include "training/adam.h"
#include "training/sgd.h"

namespace ladder {
namespace {

constexpr int64_t kNumParameters = 3105710;

template <class T>
void BM_Step(benchmark::State& state) {
  ParameterSet parameters;
  parameters.Add("w", {kNumParameters}, Uniform(1, {.seed = 1}));
  T optimizer(&parameters);
  Context context({.num_threads = static_cast<int>(state.range(0))});
  for (auto _ : state) optimizer.Step(context);
  // Every array is read and written.
  const int64_t num_arrays = 2 + optimizer.states().size();
  state.SetBytesProcessed(state.iterations() * kNumParameters * sizeof(Real) * 2 * num_arrays);
}
BENCHMARK(BM_Step<Adam>)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_Step<Sgd>)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ladder
