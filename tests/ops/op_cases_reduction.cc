#include <limits>

#include "ops/arithmetic.h"
#include "ops/batch_norm.h"
#include "ops/combinator.h"
#include "ops/layer_norm.h"
#include "ops/losses.h"
#include "ops/reduction.h"
#include "ops/shape_ops.h"
#include "ops/softmax.h"
#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

using In = const std::vector<Variable>&;

constexpr Real kEpsilon = Real{1e-3};

// Labels 0, 1, ..., num_classes - 1, 0, 1, ...
std::vector<int32_t> Labels(int64_t count, int64_t num_classes) {
  std::vector<int32_t> labels(count);
  for (int64_t i = 0; i < count; ++i) labels[i] = static_cast<int32_t>(i % num_classes);
  return labels;
}

// 0.5, 1, 1.5, 0.5, ...
std::vector<Real> Weights(int64_t count) {
  std::vector<Real> weights(count);
  for (int64_t i = 0; i < count; ++i) weights[i] = static_cast<Real>(0.5 * (1 + i % 3));
  return weights;
}

// 0, 1, not known, 0, ...
std::vector<Real> Targets(int64_t count) {
  std::vector<Real> targets(count);
  for (int64_t i = 0; i < count; ++i) {
    targets[i] = i % 3 == 2 ? std::numeric_limits<Real>::quiet_NaN() : static_cast<Real>(i % 3);
  }
  return targets;
}

// Noise in the first of two groups.
BatchNormReluResult NoisyLayer(int64_t s, Variable x, Variable beta) {
  const int64_t groups[] = {2 * s, 3 * s};
  return BatchNormRelu(x, beta,
                       {.group_rows = groups,
                        .epsilon = kEpsilon,
                        .noise_stddev = Real{0.3},
                        .noisy_rows = 2 * s,
                        .noise_key = {.seed = 3, .stream = 2}});
}

}  // namespace

std::vector<OpCase> ReductionCases(int64_t s) {
  const Shape matrix = {3 * s, 4};
  const Shape wide = {3, 37 * s};
  const Shape cube = {2, 3 * s, 4};
  return {
      {"Sum", {{matrix}}, [](In x) { return Sum(x[0]); }},
      {"SumRows", {{wide}}, [](In x) { return Sum(x[0], {1}); }},
      {"SumColumns", {{matrix}}, [](In x) { return Sum(x[0], {0}); }},
      {"SumOuter",
       {{cube}},
       [](In x) {
         return Sum(x[0], {0, 2});
       }},
      {"SumInterleaved",
       {{{2 * s, 3, 2, 3}}},
       [](In x) {
         return Sum(x[0], {1, -1}, /*keepdims=*/true);
       }},
      {"Mean", {{matrix}}, [](In x) { return Mean(x[0]); }},
      {"MeanColumns", {{matrix}}, [](In x) { return Mean(x[0], {0}, /*keepdims=*/true); }},
      {"Max", {{matrix}}, [](In x) { return Max(x[0]); }},
      {"MaxRows", {{wide}}, [](In x) { return Max(x[0], {-1}); }},
      {"MaxMiddle", {{cube}}, [](In x) { return Max(x[0], {1}, /*keepdims=*/true); }},
      {"Variance", {{matrix}}, [](In x) { return Variance(x[0]); }},
      {"VarianceUnbiased", {{cube}}, [](In x) { return Variance(x[0], {1}, true, 1); }},
      {"LogSumExp", {{matrix}}, [](In x) { return LogSumExp(x[0]); }},
      {"LogSumExpRows", {{wide}}, [](In x) { return LogSumExp(x[0], {1}); }},
      {"LogSumExpMiddle", {{cube}}, [](In x) { return LogSumExp(x[0], {1}, true); }},

      {"Softmax", {{matrix}}, [](In x) { return Softmax(x[0]); }},
      {"SoftmaxLong", {{wide}}, [](In x) { return Softmax(x[0]); }},
      {"LogSoftmax", {{cube}}, [](In x) { return LogSoftmax(x[0]); }},

      {"SoftmaxCrossEntropy",
       {{matrix}},
       [labels = Labels(3 * s, 4)](In x) { return SoftmaxCrossEntropy(x[0], labels); }},
      {"BinaryCrossEntropyWithLogits",
       {{matrix, -5, 5}, {matrix, 0, 1}},
       [](In x) { return BinaryCrossEntropyWithLogits(x[0], x[1]); }},
      {"MeanSquaredError", {{matrix}, {matrix}}, [](In x) { return MeanSquaredError(x[0], x[1]); }},
      {"WeightedSoftmaxCrossEntropy",
       {{matrix}},
       [labels = Labels(3 * s, 4), weights = Weights(3 * s)](In x) {
         return SoftmaxCrossEntropy(x[0], labels, weights);
       }},
      {"BinaryCrossEntropyOfKnown",
       {{cube, -5, 5}},
       [s, targets = Targets(24 * s)](In x) mutable {
         return BinaryCrossEntropyOfKnown(x[0], Tensor(targets.data(), {6 * s, 4}));
       }},
      {"MeanSquaredErrorOfKnown",
       {{matrix}},
       [matrix, targets = Targets(12 * s)](In x) mutable {
         return MeanSquaredErrorOfKnown(x[0], Tensor(targets.data(), matrix));
       }},

      {"BatchNorm", {{matrix}}, [](In x) { return BatchNorm(x[0], {}, kEpsilon).y; }},
      {"BatchNormGroups",
       {{{5 * s, 2, 3}}},
       [s](In x) {
         return BatchNorm(x[0], {2 * s, 0, 3 * s}, kEpsilon).y;
       }},
      {"BatchNormAllOutputs",
       {{{5 * s, 3}}},
       [s](In x) {
         const BatchNormResult result = BatchNorm(x[0], {2 * s, 3 * s}, kEpsilon);
         return Concatenate({result.mean * result.variance, result.y, Square(result.variance)}, 0);
       }},
      {"BatchNormStatistics",
       {{{5 * s, 3}}},
       [s](In x) {
         const BatchNormResult result = BatchNorm(x[0], {2 * s, 3 * s}, kEpsilon);
         return result.mean + Sqrt(result.variance);
       }},
      {"Normalize",
       {{matrix}, {{4}}, {{4}, 0.5, 3}},
       [](In x) { return Normalize(x[0], x[1], x[2], {}, kEpsilon); }},
      {"NormalizeGroups",
       {{{5 * s, 2, 3}}, {{2, 3}}, {{2, 3}, 0.5, 3}},
       [s](In x) {
         return Normalize(x[0], x[1], x[2], {2 * s, 3 * s}, kEpsilon);
       }},
      {"BatchNormRelu",
       {{{5 * s, 2, 3}}, {{3}}},
       [s](In x) {
         const int64_t groups[] = {2 * s, 0, 3 * s};
         const BatchNormReluResult result = BatchNormRelu(
             x[0], x[1], {.group_rows = groups, .epsilon = kEpsilon, .negative_slope = Real{0.1}});
         return result.z * result.h;
       }},
      {"BatchNormReluAllOutputs",
       {{{5 * s, 3}}, {{3}}},
       [s](In x) {
         const BatchNormReluResult result = NoisyLayer(s, x[0], x[1]);
         return Concatenate({result.mean * result.variance, result.z, Square(result.h)}, 0);
       }},
      {"BatchNormReluActivation",
       {{{5 * s, 3}}, {{3}}},
       [s](In x) { return NoisyLayer(s, x[0], x[1]).h; }},
      {"BatchNormReluNoisy",
       {{{5 * s, 3}}, {{3}}},
       [s](In x) { return NoisyLayer(s, x[0], x[1]).z; }},
      {"NormalizedSquaredError",
       {{matrix}, {{4}}, {{4}, 0.5, 3}, {matrix}},
       [](In x) { return NormalizedSquaredError(x[0], x[1], x[2], x[3], {}, kEpsilon); }},
      {"NormalizedSquaredErrorGroups",
       {{{5 * s, 2, 3}}, {{2, 3}}, {{2, 3}, 0.5, 3}, {{5 * s, 2, 3}}},
       [s](In x) {
         return NormalizedSquaredError(x[0], x[1], x[2], x[3], {2 * s, 3 * s}, kEpsilon);
       }},
      {"NormalizedSquaredErrorOfOne",
       {{matrix}, {{4}}, {{4}, 0.5, 3}},
       [](In x) {
         const Variable y = Square(x[0]);
         return NormalizedSquaredError(y, x[1], x[2], y, {}, kEpsilon);
       }},
      {"LayerNorm", {{cube}, {{4}}, {{4}}}, [](In x) { return LayerNorm(x[0], x[1], x[2]); }},
      {"LayerNormLong",
       {{wide}, {{37 * s}}, {{37 * s}}},
       [](In x) { return LayerNorm(x[0], x[1], x[2], Real{0.1}); }},

      {"GaussCombinator",
       {{cube}, {cube}, {{10, 4}}},
       [](In x) { return GaussCombinator(x[0], x[1], x[2]); }},
      {"GaussCombinatorOfOne",
       {{cube}, {{10, 4}}},
       [](In x) {
         const Variable z = Square(x[0]);
         return GaussCombinator(z, z, x[1]);
       }},
      {"SigmoidCombinator",
       {{cube}, {cube}, {{9, 4}}},
       [](In x) { return SigmoidCombinator(x[0], x[1], x[2]); }},
      {"GatedGaussCombinator",
       {{cube}, {cube}, {{7, 4}}},
       [](In x) { return GatedGaussCombinator(x[0], x[1], x[2]); }},
      {"NoMultCombinator",
       {{cube}, {cube}, {{7, 4}}},
       [](In x) { return NoMultCombinator(x[0], x[1], x[2]); }},
      {"NoSigCombinator",
       {{cube}, {cube}, {{4, 4}}},
       [](In x) { return NoSigCombinator(x[0], x[1], x[2]); }},
      {"LinearCombinator",
       {{cube}, {cube}, {{3, 4}}},
       [](In x) { return LinearCombinator(x[0], x[1], x[2]); }},
      {"MlpCombinator",
       {{cube}, {cube}, {{17, 4}}},
       [](In x) { return MlpCombinator(x[0], x[1], x[2], {4}, /*augmented=*/false); }},
      {"MlpCombinatorOfWideRows",  // more than one band, and a last tile that is not full
       {{{2 * s, 300}}, {{2 * s, 300}}, {{23, 300}}},
       [](In x) {
         return MlpCombinator(x[0], x[1], x[2], {2, 2, 2}, /*augmented=*/true);
       }},
      {"MlpCombinatorOfOne",
       {{cube}, {{17, 4}}},
       [](In x) {
         const Variable z = Square(x[0]);
         return MlpCombinator(z, z, x[1], {2, 2}, /*augmented=*/true);
       }},
  };
}

}  // namespace ladder
