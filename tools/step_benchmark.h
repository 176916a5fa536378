#ifndef LADDER_TOOLS_STEP_BENCHMARK_H_
#define LADDER_TOOLS_STEP_BENCHMARK_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ladder/trainer.h"
#include "tensor/profile.h"

namespace ladder {

// Of times in seconds.
struct Spread {
  double median = 0;
  double low = 0, high = 0;  // a quarter of them is below, a quarter above
};

// The spread of at least one time.
Spread SpreadOf(std::vector<double> times);

// What one training step takes, and what its matrix products alone would.
struct StepBenchmark {
  std::string machine;  // its processor
  int threads = 1;
  int64_t steps = 0;  // that were timed
  Spread step;
  Spread floor;
  int64_t products = 0;    // a step
  double flops = 0;        // of these products
  int64_t peak_bytes = 0;  // resident, of training alone
  // One step with a clock around every operation; `profiled_step` is the time of all of it.
  std::map<std::string, Profile::OpTime> ops;
  double profiled_step = 0;
};

// Measures in one process, turn and turn about: blocks of whole training steps, as in a run (fresh
// batches and noise, optimizer), and blocks of the same step's matrix products alone, on operands
// of their own, through the same BLAS with as many threads. So whatever slows the machine down for
// a while slows both. Each block starts with a warm-up that is not counted. Profiles other steps
// than it times.
//
// num_steps >= 1. An error if the training diverges.
absl::StatusOr<StepBenchmark> BenchmarkStep(Trainer& trainer, int64_t num_steps);

// What a person reads; the last line has the ratio of step and floor.
std::string BenchmarkText(const StepBenchmark& benchmark);

// {"machine", "threads", "steps", "step_ms", "step_ms_quartiles": [low, high], "gflop_per_step",
//  "gflop_per_second", "products_per_step", "peak_resident_bytes", "ops": [{"op", "calls",
//  "forward_ms", "backward_ms", "share"}, ...], "floor_ms", "floor_ms_quartiles",
//  "step_over_floor"}
std::string BenchmarkJson(const StepBenchmark& benchmark);

}  // namespace ladder

#endif  // LADDER_TOOLS_STEP_BENCHMARK_H_
