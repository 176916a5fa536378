#include "ops/convolution.h"
#include "ops/pooling.h"
#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

using In = const std::vector<Variable>&;

// Convolutions of every padding, with strides, and kernels that are not square.
OpCase Convolution(std::string name, const Shape& x, const Shape& w, const Conv2dOptions& options) {
  return {std::move(name), {{x}, {w}}, [options](In x) { return Conv2d(x[0], x[1], options); }};
}

OpCase Transposed(std::string name, const Shape& x, const Shape& w, const Conv2dOptions& options) {
  return {std::move(name), {{x}, {w}}, [options](In x) {
            return ConvTranspose2d(x[0], x[1], options);
          }};
}

}  // namespace

std::vector<OpCase> ImageCases(int64_t s) {
  const Padding valid = Padding::kValid, full = Padding::kFull, same = Padding::kSame;
  const int64_t n = 1 + s / 10;  // images
  const Shape images = {n, 5, 6, 2};
  const Shape odd = {n, 5, 7, 3};
  return {
      Convolution("ConvValid", images, {3, 2, 2, 4}, {1, 1, valid}),
      Convolution("ConvFull", images, {2, 3, 2, 4}, {1, 1, full}),
      Convolution("ConvSame", images, {3, 2, 2, 4}, {1, 1, same}),
      Convolution("ConvValidStrides", odd, {3, 2, 3, 2}, {2, 3, valid}),
      Convolution("ConvFullStrides", odd, {3, 2, 3, 2}, {3, 2, full}),
      Convolution("ConvSameStrides", odd, {3, 4, 3, 2}, {2, 3, same}),
      Convolution("ConvStridesBeyondTheKernel", odd, {1, 2, 3, 2}, {2, 4, valid}),
      Convolution("ConvFullKernelLargerThanImage", {n, 2, 3, 2}, {4, 5, 2, 3}, {1, 2, full}),
      Convolution("ConvSameKernelLargerThanImage", {n, 2, 3, 2}, {5, 4, 2, 3}, {1, 2, same}),
      Convolution("ConvOneByOne", images, {1, 1, 2, 4}, {}),
      Convolution("ConvOneByOneStrides", images, {1, 1, 2, 4}, {2, 2}),
      Convolution("ConvWholeImage", images, {5, 6, 2, 3}, {}),
      Transposed("ConvTransposeValid", {n, 3, 4, 4}, {3, 2, 2, 4}, {1, 1, valid}),
      Transposed("ConvTransposeFull", {n, 5, 4, 4}, {3, 2, 2, 4}, {1, 1, full}),
      Transposed("ConvTransposeSame", {n, 3, 4, 4}, {3, 2, 2, 4}, {1, 1, same}),
      Transposed("ConvTransposeValidStrides", {n, 2, 3, 4}, {3, 2, 2, 4}, {2, 3, valid}),
      Transposed("ConvTransposeFullStrides", {n, 3, 3, 4}, {3, 2, 2, 4}, {2, 3, full}),
      Transposed("ConvTransposeSameStrides", {n, 2, 3, 4}, {3, 4, 2, 4}, {2, 3, same}),
      Transposed("ConvTransposeOneByOne", images, {1, 1, 3, 2}, {}),
      Transposed("ConvTransposeToWholeImage", {n, 1, 1, 4}, {3, 2, 2, 4}, {}),
      {"ConvOfAConvolution",
       {{images}, {{3, 3, 2, 2}}},
       [](In x) {
         const Variable y = Conv2d(x[0], x[1], {1, 1, Padding::kSame});
         return Conv2d(y, x[1], {1, 1, Padding::kFull});
       }},

      {"MaxPool", {{{n, 4, 6, 3}}}, [](In x) { return MaxPool2d(x[0], {}); }},
      {"MaxPoolOverlapping",
       {{odd}},
       [](In x) {
         return MaxPool2d(x[0], {3, 2, 1, 1});
       }},
      {"MaxPoolCeil",
       {{odd}},
       [](In x) {
         return MaxPool2d(x[0], {2, 3, 2, 2, true});
       }},
      {"MaxPoolManyChannels", {{{n, 3, 3, 70}}}, [](In x) { return MaxPool2d(x[0], {}); }},
      {"AveragePool", {{{n, 4, 6, 3}}}, [](In x) { return AveragePool2d(x[0], {}); }},
      {"AveragePoolOverlapping",
       {{odd}},
       [](In x) {
         return AveragePool2d(x[0], {3, 2, 1, 1});
       }},
      {"AveragePoolCeil",
       {{odd}},
       [](In x) {
         return AveragePool2d(x[0], {2, 3, 2, 2, true});
       }},
      {"GlobalMeanPool", {{odd}}, [](In x) { return GlobalMeanPool2d(x[0]); }},
      {"UpsampleNearest", {{odd}}, [](In x) { return UpsampleNearest2d(x[0], 2, 3); }},
      {"Pad", {{images}}, [](In x) { return Pad2d(x[0], 1, 2, 3, 0); }},
      {"PadToCrop", {{images}}, [](In x) { return Pad2d(x[0], -1, -2, 0, -3); }},
      {"PadAndCrop", {{images}}, [](In x) { return Pad2d(x[0], 2, -1, -2, 3); }},
  };
}

}  // namespace ladder
