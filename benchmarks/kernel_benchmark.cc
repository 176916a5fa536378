// What the kernels of a training step reach, on the shapes of mnist_100_full's largest layer:
//
//   bazel run //benchmarks:kernel_benchmark -- --benchmark_filter=Gemm
//
// Bytes count each operand that is read and each result that is written once; FLOPs those of matrix
// products.
#include <cstdint>
#include <vector>

#include "benchmark/benchmark.h"
#include "kernels/batch_norm.h"
#include "kernels/combinator.h"
#include "kernels/gemm.h"
#include "kernels/normalize.h"
#include "kernels/random.h"
#include "tensor/context.h"

namespace ladder {
namespace {

constexpr int64_t kRows = 100;  // labeled, unlabeled and clean ones each
constexpr int64_t kUnits = 1000;
constexpr Real kEpsilon = Real{1e-10};

// Tensors of small numbers for one benchmark, and the threads that it is run on.
class Bench {
 public:
  explicit Bench(benchmark::State& state)
      : context_({.num_threads = static_cast<int>(state.range(0))}) {}

  Context& context() { return context_; }

  Tensor New(const Shape& shape) {
    Real* data = static_cast<Real*>(
        context_.arena().Allocate(static_cast<size_t>(shape.size()) * sizeof(Real)));
    for (int64_t i = 0; i < shape.size(); ++i) {
      data[i] = static_cast<Real>(i * 37 % 101 - 50) / Real{64};
    }
    bytes_ += shape.size() * static_cast<int64_t>(sizeof(Real));
    return Tensor(data, shape);
  }

  // Of all tensors made.
  void CountBytes(benchmark::State& state) const {
    state.SetBytesProcessed(state.iterations() * bytes_);
  }

 private:
  Context context_;
  int64_t bytes_ = 0;
};

void Threads(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMicrosecond);
}

// y[m, n] = a b, or with a stored as [k, m], or with b stored as [n, k].
enum class Form { kPlain, kTransposedA, kTransposedB };

void Gemm(benchmark::State& state, int64_t m, int64_t n, int64_t k, Form form) {
  Bench bench(state);
  kernels::Matrix a = {bench.New({m, k}).data(), m, k, form == Form::kTransposedA};
  kernels::Matrix b = {bench.New({k, n}).data(), k, n, form == Form::kTransposedB};
  const Tensor y = bench.New({m, n});
  for (auto _ : state) kernels::Gemm(bench.context(), a, b, y);
  bench.CountBytes(state);
  state.counters["FLOP"] = benchmark::Counter(static_cast<double>(2 * m * n * k),
                                              benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(Gemm, encoder, 3 * kRows, kUnits, 784, Form::kPlain)->Apply(Threads);
BENCHMARK_CAPTURE(Gemm, decoder, kRows, 784, kUnits, Form::kPlain)->Apply(Threads);
BENCHMARK_CAPTURE(Gemm, input_gradient, 3 * kRows, kUnits, 500, Form::kTransposedB)->Apply(Threads);
BENCHMARK_CAPTURE(Gemm, weight_gradient, 784, kUnits, 3 * kRows, Form::kTransposedA)
    ->Apply(Threads);

void GaussianNoise(benchmark::State& state) {
  Bench bench(state);
  const Tensor x = bench.New({2 * kRows, kUnits});
  const Tensor y = bench.New(x.shape());
  for (auto _ : state) kernels::AddNormal(bench.context(), {.seed = 1}, Real{0.3}, x, y);
  bench.CountBytes(state);
  state.SetItemsProcessed(state.iterations() * x.size());
}
BENCHMARK(GaussianNoise)->Apply(Threads);

struct BatchNormReluTensors {
  explicit BatchNormReluTensors(Bench& bench)
      : x(bench.New({3 * kRows, kUnits})),
        z(bench.New(x.shape())),
        h(bench.New(x.shape())),
        beta(bench.New({kUnits})),
        mean(bench.New({3, kUnits})),
        variance(bench.New({3, kUnits})),
        rstd(bench.New({3, kUnits})) {}
  const std::vector<int64_t> group_rows = {kRows, kRows, kRows};
  const kernels::Noise noise = {{.seed = 1}, Real{0.3}, 2 * kRows* kUnits};
  Tensor x, z, h, beta, mean, variance, rstd;

  void Forward(Context& context, const kernels::Noise& noise) {
    kernels::BatchNormRelu(context, x, group_rows, kEpsilon, beta, 0, noise, z, h, mean, variance,
                           rstd);
  }
};

void BatchNormRelu(benchmark::State& state, bool with_noise) {
  Bench bench(state);
  BatchNormReluTensors t(bench);
  for (auto _ : state) {
    t.Forward(bench.context(), with_noise ? t.noise : kernels::Noise{{}, 0, 0});
  }
  bench.CountBytes(state);
  state.SetItemsProcessed(state.iterations() * t.x.size());
}
BENCHMARK_CAPTURE(BatchNormRelu, clean, false)->Apply(Threads);
BENCHMARK_CAPTURE(BatchNormRelu, noisy, true)->Apply(Threads);

void BatchNormReluBackward(benchmark::State& state) {
  Bench bench(state);
  BatchNormReluTensors t(bench);
  t.Forward(bench.context(), t.noise);
  const Tensor dz = bench.New(t.x.shape());
  const Tensor dh = bench.New(t.x.shape());
  const Tensor dx = bench.New(t.x.shape());
  const Tensor dbeta = bench.New({3, kUnits});
  for (auto _ : state) {
    kernels::BatchNormReluBackward(bench.context(), t.x, t.group_rows, t.mean, t.rstd, t.h, 0, dz,
                                   dh, Tensor(), Tensor(), dx, dbeta);
  }
  bench.CountBytes(state);
  state.SetItemsProcessed(state.iterations() * t.x.size());
}
BENCHMARK(BatchNormReluBackward)->Apply(Threads);

void GaussCombinator(benchmark::State& state) {
  Bench bench(state);
  const Tensor z = bench.New({kRows, kUnits});
  const Tensor u = bench.New(z.shape());
  const Tensor a = bench.New({10, kUnits});
  const Tensor y = bench.New(z.shape());
  for (auto _ : state) kernels::Combinator(bench.context(), kernels::Formula::kGauss, z, u, a, y);
  bench.CountBytes(state);
  state.SetItemsProcessed(state.iterations() * z.size());
}
BENCHMARK(GaussCombinator)->Apply(Threads);

void GaussCombinatorBackward(benchmark::State& state) {
  Bench bench(state);
  const Tensor z = bench.New({kRows, kUnits});
  const Tensor u = bench.New(z.shape());
  const Tensor a = bench.New({10, kUnits});
  const Tensor dy = bench.New(z.shape());
  const Tensor dz = bench.New(z.shape());
  const Tensor du = bench.New(z.shape());
  const Output da(bench.New(a.shape()), /*add=*/true);
  for (auto _ : state) {
    kernels::CombinatorBackward(bench.context(), kernels::Formula::kGauss, z, u, a, dy, dz, du, da);
  }
  bench.CountBytes(state);
  state.SetItemsProcessed(state.iterations() * z.size());
}
BENCHMARK(GaussCombinatorBackward)->Apply(Threads);

void NormalizedErrorBackward(benchmark::State& state) {
  Bench bench(state);
  const Tensor x = bench.New({kRows, kUnits});
  const Tensor target = bench.New(x.shape());
  const Tensor mean = bench.New({1, kUnits});
  const Tensor rstd = bench.New({1, kUnits});
  const Output dx(bench.New(x.shape()), /*add=*/true);
  const Output dtarget(bench.New(x.shape()), /*add=*/true);
  const Output dmean(bench.New({1, kUnits}), /*add=*/true);
  const Output dvariance(bench.New({1, kUnits}), /*add=*/true);
  for (auto _ : state) {
    kernels::NormalizedErrorBackward(bench.context(), x, mean, rstd, target, {kRows}, Real{1e-5},
                                     dx, dtarget, dmean, dvariance);
  }
  bench.CountBytes(state);
  state.SetItemsProcessed(state.iterations() * x.size());
}
BENCHMARK(NormalizedErrorBackward)->Apply(Threads);

}  // namespace
}  // namespace ladder
