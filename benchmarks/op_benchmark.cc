// The time of each operation, forward and backward, on tensors of tens of
// thousands of elements, on one thread:
//
//   bazel run //benchmarks:op_benchmark -- --benchmark_filter=Softmax
#include <vector>

#include "benchmark/benchmark.h"
#include "ops/reduction.h"
#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

constexpr int64_t kScale = 5000;

void RunForwardAndBackward(benchmark::State& state, const OpCase& op_case) {
  Context context;
  ParameterSet inputs;
  AddInputs(op_case, inputs);

  for (auto _ : state) {
    Tape tape(&context);
    std::vector<Variable> x;
    for (const auto& parameter : inputs.parameters()) x.push_back(tape.Use(*parameter));
    tape.Backward(Sum(op_case.function(x)));
  }
  state.SetItemsProcessed(state.iterations() * inputs.num_elements());
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const ladder::OpCase& op_case : ladder::OpCases(ladder::kScale)) {
    benchmark::RegisterBenchmark(op_case.name.c_str(), [op_case](benchmark::State& state) {
      ladder::RunForwardAndBackward(state, op_case);
    });
  }
  benchmark::RunSpecifiedBenchmarks();
}
