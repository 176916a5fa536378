#include <algorithm>
#include <cmath>

#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/batch_norm.h"
#include "ops/layer_norm.h"
#include "ops/losses.h"
#include "ops/noise.h"
#include "ops/reduction.h"
#include "ops/shape_ops.h"
#include "tests/ops/op_test.h"

namespace ladder {
namespace {

using BatchNormTest = OpTest;
using LayerNormTest = OpTest;

TEST_F(BatchNormTest, NormalizesColumnsByBiasedVariance) {
  const Variable x = Input({4, 2}, {1, 0, 2, 0, 3, 0, 6, 8});

  const BatchNormResult result = BatchNorm(x, {}, 0);

  EXPECT_EQ(result.mean.shape(), Shape({1, 2}));
  EXPECT_THAT(Values(result.mean), Are({3, 2}));
  EXPECT_THAT(Values(result.variance), Are({3.5, 12}));
  const double s = std::sqrt(3.5), t = std::sqrt(12.0);
  EXPECT_THAT(Values(result.y), Are({-2 / s, -2 / t, -1 / s, -2 / t, 0, -2 / t, 3 / s, 6 / t}));
}

TEST_F(BatchNormTest, GroupsOfRowsAreNormalizedApart) {
  const Variable x = Input({5, 1}, {1, 3, 10, 10, 40});

  const BatchNormResult result = BatchNorm(x, {2, 0, 3}, 0);

  EXPECT_THAT(Values(result.mean), Are({2, 0, 20}));
  EXPECT_THAT(Values(result.variance), Are({1, 0, 200}, 1e-4));
  EXPECT_THAT(Values(result.y), Are({-1, 1, -std::sqrt(0.5), -std::sqrt(0.5), std::sqrt(2.0)}));
}

TEST_F(BatchNormTest, EpsilonKeepsAConstantColumnFinite) {
  const Variable x = Input({3, 1}, {5, 5, 5});

  EXPECT_THAT(Values(BatchNorm(x, {}, Real{1e-10}).y), Are({0, 0, 0}));
}

TEST_F(BatchNormTest, NormalizeByGivenStatistics) {
  const Variable x = Input({2, 2}, {1, 2, 3, 4});
  const Variable mean = Input({1, 0});
  const Variable variance = Input({3, 0});

  EXPECT_THAT(Values(Normalize(x, mean, variance, {}, 1)), Are({0, 2, 1, 4}));
}

// What the fused operation stands for.
TEST_F(BatchNormTest, BatchNormReluIsItsParts) {
  for (const Real slope : {Real{0}, Real{0.1}}) {
    Context context;
    ParameterSet parameters;
    // More columns than a band, more elements than a piece of noise, a row across pieces.
    const Parameter& x = parameters.Add("x", {80, 300}, Normal(2, {.seed = 1}));
    const Parameter& beta = parameters.Add("beta", {300}, Normal(1, {.seed = 2}));
    const std::vector<int64_t> groups = {30, 20, 30};
    const RandomKey key = {.seed = 5, .stream = 7};
    const auto gradients = [&](bool is_fused, std::vector<Real>* values) {
      parameters.ZeroGrads();
      Tape tape(&context);
      Variable z, h, mean;
      if (is_fused) {
        const BatchNormReluResult layer = BatchNormRelu(tape.Use(x), tape.Use(beta),
                                                        {.group_rows = groups,
                                                         .epsilon = Real{1e-3},
                                                         .negative_slope = slope,
                                                         .noise_stddev = Real{0.3},
                                                         .noisy_rows = 50,
                                                         .noise_key = key});
        z = layer.z;
        h = layer.h;
        mean = layer.mean;
      } else {
        const BatchNormResult normalized = BatchNorm(tape.Use(x), groups, Real{1e-3});
        const Variable noisy = GaussianNoise(Rows(normalized.y, 0, 50), Real{0.3}, key);
        z = Concatenate({noisy, Rows(normalized.y, 50, 80)}, 0);
        h = LeakyRelu(z + tape.Use(beta), slope);
        mean = normalized.mean;
      }
      for (const Variable& output : {z, h}) {
        values->insert(values->end(), output.value().data(),
                       output.value().data() + output.shape().size());
      }
      tape.Backward(Sum(Square(z)) + Sum(Exp(Negate(Square(h)))) + Sum(Square(mean)));
      const Tensor grads = parameters.grads();
      values->insert(values->end(), grads.data(), grads.data() + grads.size());
    };
    std::vector<Real> fused, parts;
    gradients(true, &fused);
    gradients(false, &parts);

    ASSERT_EQ(fused.size(), parts.size());
    for (size_t i = 0; i < fused.size(); ++i) {
      ASSERT_NEAR(fused[i], parts[i], (sizeof(Real) == 8 ? 1e-12 : 1e-4) * (1 + std::abs(parts[i])))
          << "number " << i;
    }
  }
}

TEST_F(BatchNormTest, NormalizedSquaredErrorIsItsParts) {
  const Variable x = Input({3, 2}, {1, 2, 3, 4, 5, 7});
  const Variable mean = Input({1, 0});
  const Variable variance = Input({3, 0});
  const Variable target = Input({3, 2}, {1, 0, 0, 1, 2, 2});

  const Variable fused = NormalizedSquaredError(x, mean, variance, target, {}, 1);
  const Variable parts = MeanSquaredError(Normalize(x, mean, variance, {}, 1), target);

  EXPECT_NEAR(fused.value()[0], parts.value()[0], 1e-5);
}

TEST_F(LayerNormTest, NormalizesRows) {
  const Variable x = Input({2, 4}, {1, 2, 3, 6, 5, 5, 5, 5});
  const Variable gamma = Input({1, 2, 1, 1});
  const Variable beta = Input({0, 0, 7, 0});

  const Variable y = LayerNorm(x, gamma, beta);

  const double s = std::sqrt(3.5 + 1e-5);
  EXPECT_THAT(Values(y), Are({-2 / s, -2 / s, 7, 3 / s, 0, 0, 7, 0}));
}

TEST_F(LayerNormTest, LargeNumbersThatDifferLittle) {
  const Variable x = Input({1, 4}, {4096, 4097, 4098, 4099});
  const Variable ones = Input(std::vector<double>(4, 1));
  const Variable zeros = Input(std::vector<double>(4, 0));

  const double s = std::sqrt(1.25);
  EXPECT_THAT(Values(LayerNorm(x, ones, zeros, 0)), Are({-1.5 / s, -0.5 / s, 0.5 / s, 1.5 / s}));
}

}  // namespace
}  // namespace ladder
