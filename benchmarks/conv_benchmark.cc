// The layers of the convolutional ladders of Rasmus et al. 2015 (Conv-Small on MNIST, Conv-Large on
// CIFAR-10), forward and backward, 100 images; benchmarks/pytorch_conv.py has the same in PyTorch:
//
//   bazel run //benchmarks:conv_benchmark -- --benchmark_filter=small
//
// The gradient with respect to the first layer's input is not wanted and so not computed.
#include <algorithm>
#include <cstdint>

#include "absl/strings/match.h"
#include "autodiff/op.h"
#include "benchmark/benchmark.h"
#include "ops/convolution.h"
#include "ops/pooling.h"

namespace ladder {
namespace {

constexpr int64_t kImages = 100;

struct Layer {
  const char* name;
  Shape image;   // [H, W, C]
  Shape kernel;  // [kh, kw, D]; [kh, kw]: max pooling
  Padding padding = Padding::kValid;
};

const Layer kLayers[] = {
    {"small/1_conv_full", {28, 28, 1}, {5, 5, 32}, Padding::kFull},
    {"small/2_pool", {32, 32, 32}, {2, 2}},
    {"small/3_conv_valid", {16, 16, 32}, {3, 3, 64}},
    {"small/4_conv_full", {14, 14, 64}, {3, 3, 64}, Padding::kFull},
    {"small/5_pool", {16, 16, 64}, {2, 2}},
    {"small/6_conv_valid", {8, 8, 64}, {3, 3, 128}},
    {"small/7_conv_valid", {6, 6, 128}, {1, 1, 10}},
    {"large/1_conv_valid", {32, 32, 3}, {3, 3, 96}},
    {"large/2_conv_full", {30, 30, 96}, {3, 3, 96}, Padding::kFull},
    {"large/3_conv_full", {32, 32, 96}, {3, 3, 96}, Padding::kFull},
    {"large/4_pool", {34, 34, 96}, {2, 2}},
    {"large/5_conv_valid", {17, 17, 96}, {3, 3, 192}},
    {"large/6_conv_full", {15, 15, 192}, {3, 3, 192}, Padding::kFull},
    {"large/7_conv_valid", {17, 17, 192}, {3, 3, 192}},
    {"large/8_pool", {15, 15, 192}, {2, 2}},
    {"large/9_conv_valid", {7, 7, 192}, {3, 3, 192}},
    {"large/10_conv_valid", {5, 5, 192}, {1, 1, 192}},
    {"large/11_conv_valid", {5, 5, 192}, {1, 1, 10}},
};

// A scalar whose gradient with respect to y is y itself: what a loss hands down, at the price of a
// copy.
Variable Loss(Variable y) {
  Op op("Loss", {{"y", y}});
  const Variable loss = op.Output({});
  loss.value()[0] = 0;
  op.Backward([=](Context&) {
    const Tensor dy = GradientOf(y).tensor;
    std::copy_n(y.value().data(), dy.size(), dy.data());
  });
  return loss;
}

void RunForwardAndBackward(benchmark::State& state, const Layer& layer) {
  Context context({.num_threads = static_cast<int>(state.range(0))});
  const Shape &image = layer.image, &kernel = layer.kernel;
  const bool is_pool = kernel.rank() == 2;
  const Initializer draw = Uniform(1, {.seed = 1});
  ParameterSet tensors;
  const Parameter& x = tensors.Add("x", {kImages, image[0], image[1], image[2]}, draw);
  const Parameter* w = nullptr;
  if (!is_pool) w = &tensors.Add("w", {kernel[0], kernel[1], image[2], kernel[2]}, draw);
  const bool is_first = absl::StrContains(layer.name, "/1_");
  for (auto _ : state) {
    Tape tape(&context);
    const Variable input = is_first ? tape.Constant(x.value()) : tape.Input(x.value());
    const Variable y = is_pool ? MaxPool2d(input, {kernel[0], kernel[1], kernel[0], kernel[1]})
                               : Conv2d(input, tape.Use(*w), {1, 1, layer.padding});
    tape.Backward(Loss(y));
  }
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  for (const ladder::Layer& layer : ladder::kLayers) {
    benchmark::RegisterBenchmark(
        layer.name,
        [&layer](benchmark::State& state) { ladder::RunForwardAndBackward(state, layer); })
        ->ArgName("threads")
        ->Arg(1)
        ->Arg(2)
        ->UseRealTime()
        ->MeasureProcessCPUTime()
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::RunSpecifiedBenchmarks();
}
