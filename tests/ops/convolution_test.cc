#include "ops/convolution.h"

#include <cmath>

#include "base/philox.h"
#include "ops/arithmetic.h"
#include "ops/matmul.h"
#include "ops/shape_ops.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

class ConvolutionTest : public OpTest {
 protected:
  // Numbers in (-1, 1).
  Variable Random(const Shape& shape, uint32_t stream) {
    const Variable x = tape_.Input(tape_.NewTensor(shape));
    Uniform(1, {.seed = 1, .stream = stream})(x.value());
    return x;
  }
};

TEST_F(ConvolutionTest, ValidByHand) {
  const Variable x = Input({1, 2, 3, 1}, {1, 2, 3,  //
                                          4, 5, 6});
  const Variable w = Input({2, 2, 1, 1}, {1, 2,  //
                                          3, 4});

  const Variable y = Conv2d(x, w);
  Backward(y * Constant({1, 1, 2, 1}, {1, 10}));

  ASSERT_EQ(y.shape(), Shape({1, 1, 2, 1}));
  EXPECT_THAT(Values(y), Are({1 + 4 + 12 + 20, 2 + 6 + 15 + 24}));
  EXPECT_THAT(Grad(x), Are({1, 12, 20, 3, 34, 40}));
  EXPECT_THAT(Grad(w), Are({21, 32, 54, 65}));
}

TEST_F(ConvolutionTest, FullByHand) {
  const Variable x = Input({1, 1, 2, 1}, {1, 2});
  const Variable w = Input({1, 3, 1, 1}, {1, 10, 100});

  const Variable y = Conv2d(x, w, {.padding = Padding::kFull});

  ASSERT_EQ(y.shape(), Shape({1, 1, 4, 1}));
  EXPECT_THAT(Values(y), Are({100, 210, 21, 2}));
}

// The odd row or column of zeros is after the image.
TEST_F(ConvolutionTest, SameByHand) {
  const Variable x = Input({1, 1, 4, 1}, {1, 2, 3, 4});
  const Variable w = Input({1, 2, 1, 1}, {1, 10});
  const Variable w3 = Input({1, 3, 1, 1}, {1, 10, 100});

  EXPECT_THAT(Values(Conv2d(x, w, {.padding = Padding::kSame})), Are({21, 32, 43, 4}));
  // One column is missing: it comes after the image.
  EXPECT_THAT(Values(Conv2d(x, w3, {.stride_width = 2, .padding = Padding::kSame})),
              Are({321, 43}));
}

TEST_F(ConvolutionTest, TransposeByHand) {
  const Variable x = Input({1, 1, 2, 1}, {1, 2});
  const Variable w = Input({1, 3, 1, 1}, {1, 10, 100});

  const Variable y = ConvTranspose2d(x, w, {.stride_width = 2});
  Backward(y * Constant({1, 1, 5, 1}, {1, 2, 3, 4, 5}));

  ASSERT_EQ(y.shape(), Shape({1, 1, 5, 1}));
  EXPECT_THAT(Values(y), Are({1, 10, 102, 20, 200}));
  EXPECT_THAT(Grad(x), Are({321, 543}));
  EXPECT_THAT(Grad(w), Are({7, 10, 13}));
}

TEST_F(ConvolutionTest, OneByOneIsLinear) {
  const Variable x = Random({2, 3, 4, 5}, 0);
  const Variable w = Random({1, 1, 5, 3}, 1);

  EXPECT_THAT(Values(Conv2d(x, w)), Are(Values(Linear(x, Reshape(w, {5, 3})))));
}

TEST_F(ConvolutionTest, NoImagesAndNoChannels) {
  const Variable w = Random({2, 2, 3, 4}, 0);

  const Variable none = Conv2d(Random({0, 5, 5, 3}, 1), w, {.padding = Padding::kFull});
  const Variable zeros = Conv2d(Random({1, 2, 3, 0}, 1), Random({2, 2, 0, 2}, 2));
  Backward(none);

  EXPECT_EQ(none.shape(), Shape({0, 6, 6, 4}));
  EXPECT_THAT(Grad(w), testing::Each(0));
  EXPECT_THAT(Values(zeros), Are({0, 0, 0, 0}));
}

struct ConvolutionCase {
  Shape x, w;
  Conv2dOptions options;
};

class ConvolutionOfRandomTest : public ConvolutionTest,
                                public testing::WithParamInterface<ConvolutionCase> {};

// Small ones, and such as are cut into chunks of images and kernels into bands.
INSTANTIATE_TEST_SUITE_P(
    Options, ConvolutionOfRandomTest,
    testing::Values(ConvolutionCase{{2, 5, 6, 3}, {3, 2, 3, 4}, {}},
                    ConvolutionCase{{2, 5, 6, 3}, {3, 2, 3, 4}, {1, 1, Padding::kFull}},
                    ConvolutionCase{{2, 5, 6, 3}, {2, 4, 3, 4}, {1, 1, Padding::kSame}},
                    ConvolutionCase{{2, 7, 9, 3}, {3, 2, 3, 4}, {2, 3, Padding::kValid}},
                    ConvolutionCase{{2, 7, 9, 3}, {3, 2, 3, 4}, {3, 2, Padding::kFull}},
                    ConvolutionCase{{2, 7, 9, 3}, {4, 3, 3, 4}, {3, 2, Padding::kSame}},
                    ConvolutionCase{{2, 2, 3, 3}, {5, 4, 3, 4}, {2, 1, Padding::kFull}},
                    ConvolutionCase{{2, 2, 3, 3}, {5, 4, 3, 4}, {1, 2, Padding::kSame}},
                    ConvolutionCase{{2, 9, 9, 3}, {2, 2, 3, 4}, {5, 4, Padding::kSame}},
                    ConvolutionCase{{3, 5, 6, 3}, {5, 6, 3, 4}, {}},
                    ConvolutionCase{{3, 5, 6, 3}, {1, 6, 3, 4}, {}},
                    ConvolutionCase{{3, 5, 6, 3}, {1, 1, 3, 4}, {2, 2, Padding::kValid}},
                    ConvolutionCase{{37, 20, 21, 16}, {3, 3, 16, 8}, {1, 1, Padding::kFull}},
                    ConvolutionCase{{37, 20, 21, 16}, {3, 3, 16, 8}, {1, 1, Padding::kValid}},
                    ConvolutionCase{{19, 28, 28, 1}, {5, 5, 1, 32}, {1, 1, Padding::kFull}}));

// The number of zeros before the image, from the documentation.
int64_t Before(int64_t image, int64_t kernel, int64_t stride, Padding padding) {
  if (padding == Padding::kFull) return kernel - 1;
  if (padding == Padding::kValid) return 0;
  const int64_t windows = (image + stride - 1) / stride;
  return std::max<int64_t>(0, (windows - 1) * stride + kernel - image) / 2;
}

TEST_P(ConvolutionOfRandomTest, AgreesWithTheDefinition) {
  const auto& [shape, w_shape, options] = GetParam();
  const Variable x = Random(shape, 0);
  const Variable w = Random(w_shape, 1);

  const Variable y = Conv2d(x, w, options);

  const int64_t height = shape[1], width = shape[2], channels = shape[3], depth = w_shape[3];
  const int64_t top = Before(height, w_shape[0], options.stride_height, options.padding);
  const int64_t left = Before(width, w_shape[1], options.stride_width, options.padding);
  for (int64_t at = 0; at < y.value().size(); ++at) {
    const int64_t d = at % depth, j = at / depth % y.shape()[2];
    const int64_t i = at / depth / y.shape()[2] % y.shape()[1];
    const int64_t n = at / depth / y.shape()[2] / y.shape()[1];
    double sum = 0;
    for (int64_t k = 0; k < w_shape[0]; ++k) {
      for (int64_t l = 0; l < w_shape[1]; ++l) {
        const int64_t row = i * options.stride_height - top + k;
        const int64_t col = j * options.stride_width - left + l;
        if (row < 0 || row >= height || col < 0 || col >= width) continue;
        for (int64_t c = 0; c < channels; ++c) {
          sum += double{x.value()[((n * height + row) * width + col) * channels + c]} *
                 double{w.value()[((k * w_shape[1] + l) * channels + c) * depth + d]};
        }
      }
    }
    ASSERT_NEAR(y.value()[at], sum, 4e-6 * (1 + std::abs(sum))) << at;
  }
}

double Dot(Tensor a, Tensor b) {
  double sum = 0;
  for (int64_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

TEST_P(ConvolutionOfRandomTest, TransposeIsTheAdjoint) {
  const auto& [shape, w_shape, options] = GetParam();
  const Variable w = Random(w_shape, 1);
  const Variable y = Random(Conv2d(Random(shape, 0), w, options).shape(), 2);

  const Variable transposed = ConvTranspose2d(y, w, options);
  const Variable x = Random(transposed.shape(), 3);
  const Variable convolved = Conv2d(x, w, options);

  ASSERT_EQ(convolved.shape(), y.shape());
  const double scale =
      std::sqrt(Dot(convolved.value(), convolved.value()) * Dot(y.value(), y.value()));
  EXPECT_NEAR(Dot(convolved.value(), y.value()), Dot(x.value(), transposed.value()), 1e-6 * scale);
}

// The derivative along the weights themselves, as y is linear in w: <dw, w> = <dy, y>.
TEST_P(ConvolutionOfRandomTest, GradientsOfALinearMap) {
  const auto& [shape, w_shape, options] = GetParam();
  const Variable x = Random(shape, 0);
  const Variable w = Random(w_shape, 1);
  const Variable y = Conv2d(x, w, options);
  const Variable dy = Random(y.shape(), 2);

  Backward(y * dy);

  const double scale = std::sqrt(Dot(y.value(), y.value()) * Dot(dy.value(), dy.value()));
  EXPECT_NEAR(Dot(w.grad(), w.value()), Dot(dy.value(), y.value()), 1e-6 * scale);
  EXPECT_NEAR(Dot(x.grad(), x.value()), Dot(dy.value(), y.value()), 1e-6 * scale);
}

// The cases of all operations are too small for several chunks and partial sums.
TEST_P(ConvolutionOfRandomTest, SameBitsOnOneTwoAndThreeThreads) {
  const auto& [shape, w_shape, options] = GetParam();
  const Tensor x = Random(shape, 0).value();
  const Tensor w = Random(w_shape, 1).value();
  std::vector<std::vector<double>> results[3];
  for (int i = 0; i < 3; ++i) {
    Context context({.num_threads = i + 1});
    Tape tape(&context);
    const Variable input = tape.Input(x);
    const Variable kernel = tape.Input(w);
    const Variable y = Conv2d(input, kernel, options);
    tape.Backward(Sum(y * y));
    results[i] = {Values(y), Grad(input), Grad(kernel)};
  }

  EXPECT_EQ(results[0], results[1]);
  EXPECT_EQ(results[0], results[2]);
}

TEST_F(ConvolutionTest, SizesOfTheTranspose) {
  const Variable x = Random({1, 3, 4, 2}, 0);
  const Variable w = Random({3, 2, 5, 2}, 1);

  EXPECT_EQ(ConvTranspose2d(x, w, {2, 3, Padding::kValid}).shape(), Shape({1, 7, 11, 5}));
  EXPECT_EQ(ConvTranspose2d(x, w, {2, 3, Padding::kFull}).shape(), Shape({1, 3, 9, 5}));
  EXPECT_EQ(ConvTranspose2d(x, w, {2, 3, Padding::kSame}).shape(), Shape({1, 6, 12, 5}));
}

}  // namespace
}  // namespace ladder
