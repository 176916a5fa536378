#include "ops/convolution.h"
#include "ops/pooling.h"
#include "tests/ops/op_error_cases.h"

namespace ladder {

using In = const std::vector<Variable>&;

std::vector<OpErrorCase> ImageErrorCases() {
  const Shape images = {2, 4, 5, 3};
  return {
      {"ConvRank",
       {{4, 5, 3}, {2, 2, 3, 6}},
       [](In x) { Conv2d(x[0], x[1]); },
       {"Conv2d requires x.rank == 4 and w.rank == 4", "x: [4, 5, 3] from Input (x0)",
        "w: [2, 2, 3, 6] from Input (x1)"}},
      {"ConvChannels",
       {images, {2, 2, 4, 6}},
       [](In x) { Conv2d(x[0], x[1]); },
       {"Conv2d requires x.shape[3] == w.shape[2], the channels", "x: [2, 4, 5, 3]",
        "w: [2, 2, 4, 6]"}},
      {"ConvEmptyKernel",
       {images, {0, 2, 3, 6}},
       [](In x) { Conv2d(x[0], x[1]); },
       {"Conv2d requires at least one pixel in an image and in the kernel"}},
      {"ConvKernelLargerThanImage",
       {images, {5, 2, 3, 6}},
       [](In x) { Conv2d(x[0], x[1]); },
       {"Conv2d requires a kernel that is no larger than the image, with valid padding",
        "w: [5, 2, 3, 6]"}},
      {"ConvStrides",
       {images, {2, 2, 3, 6}},
       [](In x) { Conv2d(x[0], x[1], {.stride_width = 0}); },
       {"Conv2d requires strides >= 1", "stride_height = 1", "stride_width = 0",
        "padding = valid"}},
      {"ConvTransposeChannels",
       {images, {2, 2, 3, 6}},
       [](In x) { ConvTranspose2d(x[0], x[1]); },
       {"ConvTranspose2d requires x.shape[3] == w.shape[3], the channels"}},
      {"ConvTransposeFull",
       {images, {6, 2, 6, 3}},
       [](In x) { ConvTranspose2d(x[0], x[1], {.padding = Padding::kFull}); },
       {"ConvTranspose2d requires x so large that a kernel fits, with full padding",
        "x: [2, 4, 5, 3]", "w: [6, 2, 6, 3]"}},

      {"MaxPoolRank",
       {{4, 5}},
       [](In x) { MaxPool2d(x[0], {}); },
       {"MaxPool2d requires x.rank == 4", "x: [4, 5]"}},
      {"MaxPoolWindow",
       {images},
       [](In x) { MaxPool2d(x[0], {.height = 5}); },
       {"MaxPool2d requires a window that is no larger than the image, or ceil_mode", "height = 5",
        "width = 2", "ceil_mode = false"}},
      {"AveragePoolStride",
       {images},
       [](In x) { AveragePool2d(x[0], {.stride_width = 0}); },
       {"AveragePool2d requires a window and strides of at least 1", "height = 2", "width = 2",
        "stride_height = 2", "stride_width = 0"}},
      {"GlobalMeanPoolEmpty",
       {{2, 0, 5, 3}},
       [](In x) { GlobalMeanPool2d(x[0]); },
       {"GlobalMeanPool2d requires images of at least one pixel", "x: [2, 0, 5, 3]"}},
      {"UpsampleFactor",
       {images},
       [](In x) { UpsampleNearest2d(x[0], 2, 0); },
       {"UpsampleNearest2d requires factors >= 1", "height_factor = 2", "width_factor = 0"}},
      {"PadToNothing",
       {images},
       [](In x) { Pad2d(x[0], -3, -1, 0, 0); },
       {"Pad2d requires to leave at least one pixel", "top = -3", "bottom = -1", "left = 0",
        "right = 0"}},
  };
}

}  // namespace ladder
