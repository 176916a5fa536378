// What an operation says when it is called wrongly: its name, what it requires, what it got, and
// its arguments with their labels, shapes and origins.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ops/arithmetic.h"
#include "ops/batch_norm.h"
#include "ops/combinator.h"
#include "ops/dropout.h"
#include "ops/layer_norm.h"
#include "ops/losses.h"
#include "ops/matmul.h"
#include "ops/noise.h"
#include "ops/reduction.h"
#include "ops/shape_ops.h"
#include "ops/softmax.h"
#include "tests/ops/op_error_cases.h"

namespace ladder {
namespace {

using testing::HasSubstr;

using In = const std::vector<Variable>&;

std::vector<OpErrorCase> ErrorCases() {
  const Shape scalar;
  const std::string broadcast = "requires shapes that broadcast";
  return {
      {"Add",
       {{2, 3}, {2}},
       [](In x) { Add(x[0], x[1]); },
       {"Add requires shapes that broadcast", "a: [2, 3] from Input (x0)",
        "b: [2] from Input (x1)"}},
      {"Subtract", {{2, 3}, {2}}, [](In x) { x[0] - x[1]; }, {"Subtract " + broadcast}},
      {"Multiply", {{2, 3}, {4, 1, 2}}, [](In x) { x[0] * x[1]; }, {"Multiply " + broadcast}},
      {"Divide", {{2, 3}, {3, 3}}, [](In x) { x[0] / x[1]; }, {"Divide " + broadcast}},
      {"Maximum", {{2, 3}, {2}}, [](In x) { Maximum(x[0], x[1]); }, {"Maximum " + broadcast}},
      {"Minimum", {{2, 3}, {2}}, [](In x) { Minimum(x[0], x[1]); }, {"Minimum " + broadcast}},
      {"WhereOperands",
       {{2, 1}, {2, 3}, {2}},
       [](In x) { Where(x[0], x[1], x[2]); },
       {"Where " + broadcast, "condition: [2, 1]", "a: [2, 3]", "b: [2]"}},
      {"WhereCondition",
       {{4}, {2, 3}, {3}},
       [](In x) { Where(x[0], x[1], x[2]); },
       {"Where " + broadcast}},
      {"Clamp",
       {{2}},
       [](In x) { Clamp(x[0], 2, 1); },
       {"Clamp requires low <= high\n", "x: [2]", "low = 2\n", "high = 1"}},

      {"SumAxis",
       {{2, 3}},
       [](In x) { Sum(x[0], {2}); },
       {"Sum requires axes in [-rank, rank)", "x: [2, 3]", "axes = [2]"}},
      {"SumAxisTwice",
       {{2, 3}},
       [](In x) {
         Sum(x[0], {1, -1});
       },
       {"Sum requires each axis once", "axes = [1, -1]"}},
      {"Mean",
       {{0, 3}},
       [](In x) { Mean(x[0], {0}); },
       {"Mean requires something to reduce", "x: [0, 3]"}},
      {"Max", {{0, 3}}, [](In x) { Max(x[0]); }, {"Max requires something to reduce"}},
      {"Variance",
       {{2, 1}},
       [](In x) { Variance(x[0], {1}, false, 1); },
       {"Variance requires more elements than the correction, got 1", "correction = 1"}},
      {"LogSumExp",
       {{0}},
       [](In x) { LogSumExp(x[0]); },
       {"LogSumExp requires something to reduce"}},

      {"Softmax",
       {scalar},
       [](In x) { Softmax(x[0]); },
       {"Softmax requires x.rank >= 1", "x: [] from Input"}},
      {"LogSoftmax", {scalar}, [](In x) { LogSoftmax(x[0]); }, {"LogSoftmax requires x.rank >= 1"}},
      {"CrossEntropyLabel",
       {{2, 3}},
       [](In x) {
         SoftmaxCrossEntropy(x[0], {1, 3});
       },
       {"SoftmaxCrossEntropy requires labels in [0, logits.shape[-1]), got labels[1] = 3",
        "logits: [2, 3]"}},
      {"CrossEntropyNegativeLabel",
       {{2, 3}},
       [](In x) {
         SoftmaxCrossEntropy(x[0], {-1, 0});
       },
       {"labels[0] = -1"}},
      {"CrossEntropyLabels",
       {{2, 3}},
       [](In x) {
         SoftmaxCrossEntropy(x[0], {1, 2, 0});
       },
       {"SoftmaxCrossEntropy requires a label for each row of logits, got 3"}},
      {"CrossEntropyWeights",
       {{2, 3}},
       [](In x) {
         SoftmaxCrossEntropy(x[0], {1, 2}, {1});
       },
       {"SoftmaxCrossEntropy requires a weight for each row of logits, or none, got 1"}},
      {"KnownTargets",
       {{2, 3}},
       [](In x) {
         Real targets[] = {0, 1, 0};
         BinaryCrossEntropyOfKnown(x[0], Tensor(targets, {1, 3}));
       },
       {"BinaryCrossEntropyOfKnown requires targets of as many rows and columns, got [1, 3]",
        "logits: [2, 3]"}},
      {"NoTargets",
       {{2, 3}},
       [](In x) { MeanSquaredErrorOfKnown(x[0], Tensor()); },
       {"MeanSquaredErrorOfKnown requires targets of as many rows and columns, got none"}},
      {"CrossEntropyEmpty",
       {{0, 3}},
       [](In x) { SoftmaxCrossEntropy(x[0], {}); },
       {"SoftmaxCrossEntropy requires logits of rank >= 1, not empty"}},
      {"BinaryCrossEntropy",
       {{2, 3}, {3}},
       [](In x) { BinaryCrossEntropyWithLogits(x[0], x[1]); },
       {"BinaryCrossEntropyWithLogits requires arguments of one shape", "logits: [2, 3]",
        "targets: [3]"}},
      {"MeanSquaredError",
       {{2, 3}, {2, 1}},
       [](In x) { MeanSquaredError(x[0], x[1]); },
       {"MeanSquaredError requires arguments of one shape", "prediction: [2, 3]",
        "target: [2, 1]"}},
      {"MeanSquaredErrorEmpty",
       {{0}, {0}},
       [](In x) { MeanSquaredError(x[0], x[1]); },
       {"MeanSquaredError requires arguments that are not empty"}},

      {"Reshape",
       {{2, 3}},
       [](In x) {
         Reshape(x[0], {4, 2});
       },
       {"Reshape requires as many elements as x has", "x: [2, 3]", "sizes = [4, 2]"}},
      {"ReshapeNegative",
       {{2, 3}},
       [](In x) {
         Reshape(x[0], {-2, -3});
       },
       {"Reshape requires sizes that are at least 0, or -1", "sizes = [-2, -3]"}},
      {"ReshapeTwoUnknown",
       {{2, 3}},
       [](In x) {
         Reshape(x[0], {-1, -1});
       },
       {"Reshape requires at most one size -1"}},
      {"ReshapeUnknown",
       {{2, 3}},
       [](In x) {
         Reshape(x[0], {4, -1});
       },
       {"Reshape requires sizes that leave a whole number for -1"}},
      {"ReshapeUnknownBesideNothing",
       {{0, 3}},
       [](In x) {
         Reshape(x[0], {0, -1});
       },
       {"Reshape requires sizes that leave a whole number for -1"}},
      {"ReshapeOverflow",
       {{2, 3}},
       [](In x) {
         Reshape(x[0], {int64_t{1} << 40, int64_t{1} << 40});
       },
       {"Reshape requires as many elements as x has"}},
      {"ReshapeRank",
       {{1}},
       [](In x) {
         Reshape(x[0], {1, 1, 1, 1, 1, 1, 1, 1, 1});
       },
       {"Reshape requires at most 8 sizes"}},
      {"Transpose",
       {{2, 3}},
       [](In x) { Transpose(x[0], {0}); },
       {"Transpose requires one entry of axes for each axis of x", "x: [2, 3]", "axes = [0]"}},
      {"TransposeAxis",
       {{2, 3}},
       [](In x) {
         Transpose(x[0], {0, 2});
       },
       {"Transpose requires an axis in [-rank, rank), got 2"}},
      {"TransposeTwice",
       {{2, 3}},
       [](In x) {
         Transpose(x[0], {0, -2});
       },
       {"Transpose requires each axis once", "axes = [0, -2]"}},
      {"Slice",
       {{2, 3}},
       [](In x) { Slice(x[0], 1, 2, 4); },
       {"Slice requires 0 <= begin <= end <= x.shape[axis]", "axis = 1", "begin = 2", "end = 4"}},
      {"SliceAxis",
       {{2, 3}},
       [](In x) { Slice(x[0], -3, 0, 1); },
       {"Slice requires an axis in [-rank, rank), got -3"}},
      {"Rows",
       {{2, 3}},
       [](In x) { Rows(x[0], 1, 3); },
       {"Rows requires 0 <= begin <= end <= x.shape[0]", "x: [2, 3]", "begin = 1", "end = 3"}},
      {"RowsOfScalar", {scalar}, [](In x) { Rows(x[0], 0, 0); }, {"Rows requires x.rank >= 1"}},
      {"Concatenate",
       {{2, 3}, {2, 2}},
       [](In x) { Concatenate(x, 0); },
       {"Concatenate requires sizes that are equal but for the axis", "axis = 0",
        "x[0]: [2, 3] from Input (x0)", "x[1]: [2, 2] from Input (x1)"}},
      {"ConcatenateRank",
       {{2, 3}, {2}},
       [](In x) { Concatenate(x, 0); },
       {"Concatenate requires sizes that are equal but for the axis"}},
      {"ConcatenateAxis",
       {{2, 3}},
       [](In x) { Concatenate(x, 2); },
       {"Concatenate requires an axis in [-rank, rank), got 2"}},
      {"ConcatenateNothing", {{2}}, [](In) { Concatenate({}, 0); }, {"Concatenate: no arguments"}},
      {"GatherRows",
       {{2, 3}},
       [](In x) {
         GatherRows(x[0], {0, 2});
       },
       {"GatherRows requires rows in [0, x.shape[0]), got rows[1] = 2", "x: [2, 3]"}},
      {"GatherRowsOfScalar",
       {scalar},
       [](In x) { GatherRows(x[0], {}); },
       {"GatherRows requires x.rank >= 1"}},
      {"BroadcastTo",
       {{2, 3}},
       [](In x) {
         BroadcastTo(x[0], {4, 2, 1});
       },
       {"BroadcastTo requires a shape that x broadcasts to", "x: [2, 3]", "shape = [4, 2, 1]"}},

      {"MatMulInner",
       {{2, 3}, {2, 3}},
       [](In x) { MatMul(x[0], x[1]); },
       {"MatMul requires a.shape[-1] == b.shape[-2]", "a: [2, 3]", "b: [2, 3]"}},
      {"MatMulTransposedInner",
       {{2, 3}, {3, 2}},
       [](In x) { MatMul(x[0], x[1], {.transpose_a = true}); },
       {"MatMul requires a.shape[-2] == b.shape[-2]"}},
      {"MatMulRank",
       {{3}, {3, 2}},
       [](In x) { MatMul(x[0], x[1]); },
       {"MatMul requires a.rank >= 2 and b.rank >= 2"}},
      {"MatMulBatch",
       {{2, 1, 3}, {3, 3, 1}},
       [](In x) { MatMul(x[0], x[1]); },
       {"MatMul requires axes before the last two that broadcast"}},
      {"Linear",
       {{2, 3}, {2, 3}},
       [](In x) { Linear(x[0], x[1]); },
       {"Linear requires x.shape[-1] == w.shape[0]", "x: [2, 3]", "w: [2, 3]"}},
      {"LinearRank", {{2, 3}, {3}}, [](In x) { Linear(x[0], x[1]); }, {"Linear requires"}},

      {"GaussianNoise",
       {{2}},
       [](In x) { GaussianNoise(x[0], -1, {}); },
       {"GaussianNoise requires stddev >= 0", "stddev = -1"}},
      {"Dropout",
       {{2}},
       [](In x) { Dropout(x[0], Real{1.5}, {}); },
       {"Dropout requires 0 <= rate <= 1", "rate = 1.5"}},
      {"BatchNormGroups",
       {{4, 3}},
       [](In x) {
         BatchNorm(x[0], {1, 2}, 0);
       },
       {"BatchNorm requires sum(group_rows) == x.shape[0]", "x: [4, 3]", "group_rows = [1, 2]",
        "epsilon = 0"}},
      {"Normalize",
       {{4, 3}, {2}, {3}},
       [](In x) { Normalize(x[0], x[1], x[2], {}, 0); },
       {"Normalize requires", "x: [4, 3]", "mean: [2]", "variance: [3]"}},
      {"BatchNormReluBeta",
       {{4, 3}, {4}},
       [](In x) { BatchNormRelu(x[0], x[1], {}); },
       {"BatchNormRelu requires beta.shape == [x.shape[-1]]", "beta: [4]"}},
      {"BatchNormReluScalar",
       {{}, {1}},
       [](In x) { BatchNormRelu(x[0], x[1], {}); },
       {"BatchNormRelu requires x.rank >= 2", "x: []"}},
      {"BatchNormReluNoisyRows",
       {{4, 3}, {3}},
       [](In x) { BatchNormRelu(x[0], x[1], {.noise_stddev = 1, .noisy_rows = 5}); },
       {"BatchNormRelu requires 0 <= noisy_rows <= x.shape[0]", "x: [4, 3]"}},
      {"NormalizedSquaredError",
       {{4, 3}, {3}, {3}, {4, 2}},
       [](In x) { NormalizedSquaredError(x[0], x[1], x[2], x[3], {}, 0); },
       {"NormalizedSquaredError requires x.shape == target.shape", "target: [4, 2]"}},
      {"GaussCombinatorOverlap",
       {{4, 3}, {10, 3}},
       [](In x) { GaussCombinator(Rows(x[0], 0, 3), Rows(x[0], 1, 4), x[1]); },
       {"GaussCombinator requires arguments that are the same or share no elements"}},
      {"LayerNorm",
       {{4, 3}, {2}, {3}},
       [](In x) { LayerNorm(x[0], x[1], x[2]); },
       {"LayerNorm requires gamma.shape == [x.shape[-1]]", "gamma: [2]", "beta: [3]"}},
      {"LayerNormBeta",
       {{4, 3}, {3}, {4, 3}},
       [](In x) { LayerNorm(x[0], x[1], x[2]); },
       {"LayerNorm requires beta.shape == [x.shape[-1]]"}},
      {"LayerNormNoFeatures",
       {{4, 0}, {0}, {0}},
       [](In x) { LayerNorm(x[0], x[1], x[2]); },
       {"LayerNorm requires x of rank >= 1, with features"}},
      {"LayerNormEpsilon",
       {{4, 3}, {3}, {3}},
       [](In x) { LayerNorm(x[0], x[1], x[2], -1); },
       {"LayerNorm requires epsilon >= 0", "epsilon = -1"}},
      {"GaussCombinator",
       {{2, 3}, {2, 3}, {9, 3}},
       [](In x) { GaussCombinator(x[0], x[1], x[2]); },
       {"GaussCombinator requires", "z: [2, 3]", "u: [2, 3]", "a: [9, 3]"}},
      {"SigmoidCombinator",
       {{2, 3}, {3, 2}, {9, 3}},
       [](In x) { SigmoidCombinator(x[0], x[1], x[2]); },
       {"SigmoidCombinator requires", "u: [3, 2]"}},
      {"LinearCombinator",
       {{2, 3}, {2, 3}, {4, 3}},
       [](In x) { LinearCombinator(x[0], x[1], x[2]); },
       {"LinearCombinator requires a.shape[0] == 3", "a: [4, 3]"}},
      {"MlpCombinatorParameters",
       {{2, 3}, {2, 3}, {16, 3}},
       [](In x) { MlpCombinator(x[0], x[1], x[2], {4}, false); },
       {"MlpCombinator requires a.shape[0] == MlpCombinatorParameters", "a: [16, 3]"}},
      {"MlpCombinatorWithoutHiddenUnits",
       {{2, 3}, {2, 3}, {3, 3}},
       [](In x) { MlpCombinator(x[0], x[1], x[2], {}, false); },
       {"MlpCombinator requires layers of 1 or more hidden units, at most 64 in all"}},
      {"MlpCombinatorWithManyHiddenUnits",
       {{2, 3}, {2, 3}, {3, 3}},
       [](In x) {
         MlpCombinator(x[0], x[1], x[2], {40, 25}, false);
       },
       {"MlpCombinator requires layers of 1 or more hidden units, at most 64 in all"}},
  };
}

using OpErrorsTest = testing::TestWithParam<OpErrorCase>;

TEST_P(OpErrorsTest, NamesOperationArgumentsAndShapes) {
  static constexpr const char* kLabels[] = {"x0", "x1", "x2", "x3"};
  Context context;
  Tape tape(&context);
  std::vector<Variable> x;
  for (const Shape& shape : GetParam().shapes) {
    x.push_back(tape.Input(tape.NewTensor(shape), kLabels[x.size()]));
  }
  std::vector<testing::Matcher<const std::string&>> parts;
  for (const std::string& part : GetParam().message) parts.push_back(HasSubstr(part));

  EXPECT_DEATH(GetParam().call(x), testing::AllOfArray(parts));
}

INSTANTIATE_TEST_SUITE_P(AllOps, OpErrorsTest, testing::ValuesIn(ErrorCases()),
                         [](const auto& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(ImageOps, OpErrorsTest, testing::ValuesIn(ImageErrorCases()),
                         [](const auto& info) { return info.param.name; });

TEST(OpErrorsDeathTest, OperandsOnTwoTapes) {
  Context context, other_context;
  Tape tape(&context), other_tape(&other_context);
  const Variable a = tape.Scalar(1);
  const Variable b = other_tape.Scalar(1);

  EXPECT_DEATH(Add(a, b), HasSubstr("Add: b is on another tape"));
}

}  // namespace
}  // namespace ladder
