#include "tools/step_benchmark.h"

#include <sys/resource.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json_text.h"
#include "base/processor.h"
#include "base/status_macros.h"
#include "base/text_table.h"
#include "tools/product_floor.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kNumBlocks = 10;
constexpr int64_t kNumProfiledSteps = 10;
// BLAS's threads and ours watch for work for some milliseconds before they sleep and leave the
// cores to the others.
constexpr double kWarmUpSeconds = 0.05;

int64_t PeakBytes() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} * 1024;
}

// Runs `body` until it is warm, then `count` times more, and adds the time of each of these.
absl::Status Time(int64_t count, absl::FunctionRef<absl::Status()> body,
                  std::vector<double>* times) {
  const double start = Profile::Now();
  do {
    LADDER_RETURN_IF_ERROR(body());
  } while (Profile::Now() - start < kWarmUpSeconds);
  for (int64_t i = 0; i < count; ++i) {
    const double begin = Profile::Now();
    LADDER_RETURN_IF_ERROR(body());
    times->push_back(Profile::Now() - begin);
  }
  return absl::OkStatus();
}

absl::Status ProfileSteps(Trainer& trainer, int64_t count, Profile* profile) {
  trainer.context().set_profile(profile);
  absl::Status status;
  for (int64_t i = 0; i < count && status.ok(); ++i) status = trainer.Step().status();
  trainer.context().set_profile(nullptr);
  return status;
}

struct OpRow {
  std::string op;
  int64_t calls;             // a step
  double forward, backward;  // seconds
  double share;              // of the step
};

// The operations, the slowest first, and last what is around them.
std::vector<OpRow> OpRows(const StepBenchmark& benchmark) {
  std::vector<OpRow> rows;
  double sum = 0;
  for (const auto& [op, time] : benchmark.ops) {
    const double seconds = time.forward_seconds + time.backward_seconds;
    rows.push_back({op, time.calls, time.forward_seconds, time.backward_seconds,
                    seconds / benchmark.profiled_step});
    sum += seconds;
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const OpRow& a, const OpRow& b) { return a.share > b.share; });
  const double rest = std::max(0.0, benchmark.profiled_step - sum);
  rows.push_back({"all else: batch, tape", 1, rest, 0, rest / benchmark.profiled_step});
  return rows;
}

double Milliseconds(double seconds) { return 1e3 * seconds; }

std::string Milliseconds(const Spread& spread) {
  return absl::StrFormat("%.3f ms (half of them %.3f to %.3f)", Milliseconds(spread.median),
                         Milliseconds(spread.low), Milliseconds(spread.high));
}

}  // namespace

Spread SpreadOf(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&times](double fraction) {
    const double place = fraction * static_cast<double>(times.size() - 1);
    const size_t below = static_cast<size_t>(place);
    const size_t above = std::min(below + 1, times.size() - 1);
    return times[below] + (place - static_cast<double>(below)) * (times[above] - times[below]);
  };
  return {at(0.5), at(0.25), at(0.75)};
}

absl::StatusOr<StepBenchmark> BenchmarkStep(Trainer& trainer, int64_t num_steps) {
  const auto step = [&trainer] { return trainer.Step().status(); };
  std::vector<double> ignored;
  LADDER_RETURN_IF_ERROR(Time(2, step, &ignored));
  StepBenchmark benchmark;
  benchmark.machine = ProcessorName();
  benchmark.threads = trainer.context().pool().num_threads();
  benchmark.peak_bytes = PeakBytes();

  Profile profile;
  LADDER_RETURN_IF_ERROR(ProfileSteps(trainer, 1, &profile));
  ProductFloor floor(profile.products(), benchmark.threads);
  benchmark.products = static_cast<int64_t>(profile.products().size());
  for (const Profile::Product& product : profile.products()) benchmark.flops += product.flops();

  std::vector<double> steps, floors;
  for (int64_t block = 0; block < kNumBlocks; ++block) {
    const int64_t count = num_steps / kNumBlocks + (block < num_steps % kNumBlocks ? 1 : 0);
    if (count == 0) continue;
    LADDER_RETURN_IF_ERROR(Time(count, step, &steps));
    LADDER_RETURN_IF_ERROR(Time(
        count,
        [&floor] {
          floor.Run();
          return absl::OkStatus();
        },
        &floors));
  }
  benchmark.steps = num_steps;
  benchmark.step = SpreadOf(std::move(steps));
  benchmark.floor = SpreadOf(std::move(floors));

  LADDER_RETURN_IF_ERROR(Time(0, step, &ignored));
  profile.Clear();
  const double begin = Profile::Now();
  LADDER_RETURN_IF_ERROR(ProfileSteps(trainer, kNumProfiledSteps, &profile));
  benchmark.profiled_step = (Profile::Now() - begin) / kNumProfiledSteps;
  benchmark.ops = profile.op_times();
  for (auto& [op, time] : benchmark.ops) {
    time.calls /= kNumProfiledSteps;
    time.forward_seconds /= kNumProfiledSteps;
    time.backward_seconds /= kNumProfiledSteps;
  }
  return benchmark;
}

std::string BenchmarkText(const StepBenchmark& benchmark) {
  std::vector<std::vector<std::string>> table = {
      {"op", "calls", "forward ms", "backward ms", "share"}};
  for (const OpRow& row : OpRows(benchmark)) {
    table.push_back({row.op, absl::StrCat(row.calls),
                     absl::StrFormat("%.3f", Milliseconds(row.forward)),
                     absl::StrFormat("%.3f", Milliseconds(row.backward)),
                     absl::StrFormat("%.1f %%", 100 * row.share)});
  }
  return absl::StrCat(
      "machine       ", benchmark.machine, "\n",                                          //
      "threads       ", benchmark.threads, "\n",                                          //
      "step          ", Milliseconds(benchmark.step), ", ", benchmark.steps, " steps\n",  //
      absl::StrFormat("work          %.3f GFLOP a step in %d matrix products, %.1f GFLOP/s\n",
                      1e-9 * benchmark.flops, benchmark.products,
                      1e-9 * benchmark.flops / benchmark.step.median),
      absl::StrFormat("peak memory   %.1f MB resident\n\n", 1e-6 * benchmark.peak_bytes),
      TextTable(table, "lr"), "\n",  //
      "floor         ", Milliseconds(benchmark.floor),
      ": the matrix products alone, through the same BLAS on as many threads\n",
      absl::StrFormat("step / floor  %.3f\n", benchmark.step.median / benchmark.floor.median));
}

std::string BenchmarkJson(const StepBenchmark& benchmark) {
  const auto quartiles = [](const Spread& spread) {
    return Json{Milliseconds(spread.low), Milliseconds(spread.high)};
  };
  Json json = {{"machine", benchmark.machine},
               {"threads", benchmark.threads},
               {"steps", benchmark.steps},
               {"step_ms", Milliseconds(benchmark.step.median)},
               {"step_ms_quartiles", quartiles(benchmark.step)},
               {"gflop_per_step", 1e-9 * benchmark.flops},
               {"gflop_per_second", 1e-9 * benchmark.flops / benchmark.step.median},
               {"products_per_step", benchmark.products},
               {"peak_resident_bytes", benchmark.peak_bytes}};
  for (const OpRow& row : OpRows(benchmark)) {
    json["ops"].push_back({{"op", row.op},
                           {"calls", row.calls},
                           {"forward_ms", Milliseconds(row.forward)},
                           {"backward_ms", Milliseconds(row.backward)},
                           {"share", row.share}});
  }
  json["floor_ms"] = Milliseconds(benchmark.floor.median);
  json["floor_ms_quartiles"] = quartiles(benchmark.floor);
  json["step_over_floor"] = benchmark.step.median / benchmark.floor.median;
  return JsonText(json);
}

}  // namespace ladder
