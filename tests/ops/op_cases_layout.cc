#include "ops/arithmetic.h"
#include "ops/dropout.h"
#include "ops/matmul.h"
#include "ops/noise.h"
#include "ops/reduction.h"
#include "ops/shape_ops.h"
#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

using In = const std::vector<Variable>&;

// Entries of [0, size), many of them more than once.
std::vector<int32_t> Indices(int64_t count, int64_t size) {
  std::vector<int32_t> indices(count);
  for (int64_t i = 0; i < count; ++i) indices[i] = static_cast<int32_t>(i * i % size);
  return indices;
}

}  // namespace

std::vector<OpCase> LayoutCases(int64_t s) {
  const Shape matrix = {3 * s, 4};
  const Shape cube = {2 * s, 3, 5};
  return {
      {"Reshape",
       {{matrix}},
       [](In x) {
         return Reshape(x[0], {2, -1, 3});
       }},
      {"Transpose", {{{17 * s, 19}}}, [](In x) { return Transpose(x[0]); }},
      {"TransposeInner",
       {{cube}},
       [](In x) {
         return Transpose(x[0], {0, -1, 1});
       }},
      {"TransposeOuter",
       {{cube}},
       [](In x) {
         return Transpose(x[0], {1, 0, 2});
       }},
      {"TransposeFourAxes",
       {{{2 * s, 3, 1, 4}}},
       [](In x) {
         return Transpose(x[0], {3, 1, 2, 0});
       }},
      {"SliceColumns", {{cube}}, [](In x) { return Slice(x[0], -1, 1, 4); }},
      {"SliceMiddle", {{cube}}, [](In x) { return Slice(x[0], 1, 0, 2); }},
      {"SliceRows", {{cube}}, [s](In x) { return Slice(x[0], 0, s, 2 * s); }},
      {"Rows", {{{5 * s, 2, 3}}}, [s](In x) { return Rows(x[0], s, 3 * s); }},
      {"RowsOverlapping",
       {{{5 * s, 4}}},
       [s](In x) { return Rows(x[0], 0, 3 * s) * Rows(x[0], 2 * s, 5 * s); }},
      {"ConcatenateRows",
       {{matrix}, {{2 * s, 4}}},
       [](In x) {
         return Concatenate({x[0], x[1]}, 0);
       }},
      {"ConcatenateColumns",
       {{{3 * s, 4}}, {{3 * s, 2}}},
       [](In x) {
         return Concatenate({x[0], x[1], x[0]}, -1);
       }},
      {"GatherRows",
       {{{5, 2, 3}}},
       [rows = Indices(7 * s, 5)](In x) { return GatherRows(x[0], rows); }},
      {"BroadcastTo",
       {{{3 * s, 1}}},
       [s](In x) {
         return BroadcastTo(x[0], {2, 3 * s, 4});
       }},
      {"StopGradient", {{matrix}}, [](In x) { return x[0] + StopGradient(Affine(x[0], 0, 1)); }},
      {"MatMul", {{matrix}, {{4, 5}}}, [](In x) { return MatMul(x[0], x[1]); }},
      {"MatMulTransposed",
       {{{4, 3 * s}}, {{5, 4}}},
       [](In x) { return MatMul(x[0], x[1], {.transpose_a = true, .transpose_b = true}); }},
      {"MatMulLongInner",
       {{{3 * s, 4}}, {{3 * s, 5}}},
       [](In x) { return MatMul(x[0], x[1], {.transpose_a = true}); }},
      {"MatMulBatch", {{{s, 2, 3, 4}}, {{2, 4, 5}}}, [](In x) { return MatMul(x[0], x[1]); }},
      {"MatMulBatchRepeated",
       {{{3, 1, 4, 2}}, {{2, 5 * s, 4}}},
       [](In x) { return MatMul(x[0], x[1], {.transpose_a = true, .transpose_b = true}); }},
      {"MatMulBatchTimesOne",
       {{cube}, {{1, 4, 5}}},
       [](In x) { return MatMul(x[0], x[1], {.transpose_b = true}); }},
      {"Linear", {{matrix}, {{4, 5}}}, [](In x) { return Linear(x[0], x[1]); }},
      {"LinearWithBias", {{cube}, {{5, 2}}, {{2}}}, [](In x) { return Linear(x[0], x[1], x[2]); }},

      // Views of a value that is not an input: gaps, overlaps and neighbors in both orders.
      {"RowsWithAGap",
       {{{3 * s, 4}}},
       [s](In x) {
         const Variable y = Square(x[0]);
         return Concatenate({Rows(y, 2 * s, 3 * s), Rows(y, 0, s)}, 0);
       }},
      {"RowsThatOverlap",
       {{{3 * s, 4}}},
       [s](In x) {
         const Variable y = Square(x[0]);
         return Rows(y, 0, 2 * s) * Rows(y, s, 3 * s) + Rows(y, s, 3 * s);
       }},
      {"RowsSideBySide",
       {{{3 * s, 4}}},
       [s](In x) {
         const Variable y = Square(x[0]);
         return Rows(y, 0, s) * Rows(y, s, 2 * s) * Rows(y, 2 * s, 3 * s);
       }},
      {"RowsAndTheWhole",
       {{{3 * s, 4}}},
       [s](In x) {
         const Variable y = Square(x[0]);
         const Variable flat = Reshape(Rows(Rows(y, s, 3 * s), 0, s), {-1});
         return Sum(flat * flat) + Sum(y * y);
       }},
      {"GaussianNoise",
       {{matrix}},
       [](In x) { return GaussianNoise(x[0], Real{0.3}, {.seed = 3, .stream = 2}); }},
      {"Dropout",
       {{matrix}},
       [](In x) { return Dropout(x[0], Real{0.4}, {.seed = 3, .stream = 1}); }},
  };
}

}  // namespace ladder
