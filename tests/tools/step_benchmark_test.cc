#include "tools/step_benchmark.h"

#include "gtest/gtest.h"
#include "tests/tools/small_experiment.h"

namespace ladder {
namespace {

// 4 GFLOP in 20 ms, whose products take 16 ms.
StepBenchmark Fixed() {
  StepBenchmark benchmark;
  benchmark.machine = "Some processor";
  benchmark.threads = 2;
  benchmark.steps = 100;
  benchmark.step = {.median = 0.02, .low = 0.0195, .high = 0.021};
  benchmark.floor = {.median = 0.016, .low = 0.0155, .high = 0.0175};
  benchmark.products = 52;
  benchmark.flops = 4e9;
  benchmark.peak_bytes = 123456789;
  benchmark.ops["Add"] = {.calls = 3, .forward_seconds = 0.001, .backward_seconds = 0.0015};
  benchmark.ops["Linear"] = {.calls = 12, .forward_seconds = 0.006, .backward_seconds = 0.0115};
  benchmark.profiled_step = 0.025;
  return benchmark;
}

TEST(StepBenchmarkTest, TextEndsWithTheRatio) {
  EXPECT_EQ(
      BenchmarkText(Fixed()),
      "machine       Some processor\n"
      "threads       2\n"
      "step          20.000 ms (half of them 19.500 to 21.000), 100 steps\n"
      "work          4.000 GFLOP a step in 52 matrix products, 200.0 GFLOP/s\n"
      "peak memory   123.5 MB resident\n"
      "\n"
      "op                     calls  forward ms  backward ms   share\n"
      "Linear                    12       6.000       11.500  70.0 %\n"
      "Add                        3       1.000        1.500  10.0 %\n"
      "all else: batch, tape      1       5.000        0.000  20.0 %\n"
      "\n"
      "floor         16.000 ms (half of them 15.500 to 17.500): the matrix products alone, through "
      "the same BLAS on as many threads\n"
      "step / floor  1.250\n");
}

TEST(StepBenchmarkTest, JsonHasTheSame) {
  StepBenchmark benchmark = Fixed();
  // Powers of 2, whose digits no rounding changes.
  benchmark.step = {.median = 0.25, .low = 0.125, .high = 0.5};
  benchmark.floor = {.median = 0.125, .low = 0.125, .high = 0.25};
  benchmark.ops.erase("Add");
  benchmark.ops["Linear"] = {.calls = 12, .forward_seconds = 0.125, .backward_seconds = 0.25};
  benchmark.profiled_step = 0.5;

  EXPECT_EQ(BenchmarkJson(benchmark), R"({
  "machine": "Some processor",
  "threads": 2,
  "steps": 100,
  "step_ms": 250.0,
  "step_ms_quartiles": [125.0, 500.0],
  "gflop_per_step": 4.0,
  "gflop_per_second": 16.0,
  "products_per_step": 52,
  "peak_resident_bytes": 123456789,
  "ops": [
    {"op": "Linear", "calls": 12, "forward_ms": 125.0, "backward_ms": 250.0, "share": 0.75},
    {"op": "all else: batch, tape", "calls": 1, "forward_ms": 125.0, "backward_ms": 0.0, "share": 0.25}
  ],
  "floor_ms": 125.0,
  "floor_ms_quartiles": [125.0, 250.0],
  "step_over_floor": 2.0
}
)");
}

TEST(StepBenchmarkTest, SpreadIsOfSortedTimesAndBetweenThem) {
  const Spread spread = SpreadOf({4, 1, 3, 2});
  EXPECT_DOUBLE_EQ(spread.median, 2.5);
  EXPECT_DOUBLE_EQ(spread.low, 1.75);
  EXPECT_DOUBLE_EQ(spread.high, 3.25);
  EXPECT_EQ(SpreadOf({7}).median, 7);
  EXPECT_EQ(SpreadOf({7}).high, 7);
}

TEST(StepBenchmarkTest, CountsTheProductsOfAStep) {
  Trainer trainer = SmallTrainer(/*decoded=*/false);

  const absl::StatusOr<StepBenchmark> benchmark = BenchmarkStep(trainer, 3);

  ASSERT_TRUE(benchmark.ok()) << benchmark.status();
  EXPECT_EQ(benchmark->threads, 1);
  EXPECT_EQ(benchmark->steps, 3);
  // 50 rows through 64-20-10: forward, gradients of both weights, gradient of the hidden layer.
  EXPECT_EQ(benchmark->products, 5);
  EXPECT_EQ(benchmark->flops, 2.0 * 50 * (2 * 64 * 20 + 3 * 20 * 10));
  EXPECT_EQ(benchmark->ops.at("Linear").calls, 2);
  EXPECT_GT(benchmark->step.low, 0);
  EXPECT_GT(benchmark->floor.low, 0);
  EXPECT_GT(benchmark->profiled_step, 0);
  EXPECT_GT(benchmark->peak_bytes, 0);
  EXPECT_EQ(trainer.context().profile(), nullptr);
}

}  // namespace
}  // namespace ladder
