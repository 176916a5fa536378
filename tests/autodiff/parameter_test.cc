#include "autodiff/parameter.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tensor/arena.h"

namespace ladder {
namespace {

std::vector<double> Values(Tensor x) { return std::vector<double>(x.data(), x.data() + x.size()); }

TEST(ParameterSetTest, ParametersKeepTheirValuesWhileTheSetGrows) {
  ParameterSet parameters;
  std::vector<Parameter*> added;
  for (int i = 0; i < 100; ++i) {
    added.push_back(&parameters.Add(absl::StrCat("p", i), {i, 3}, Constant(i)));
    added.back()->grad();
  }

  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(added[i]->shape(), Shape({i, 3}));
    EXPECT_THAT(Values(added[i]->value()), testing::Each(i));
    EXPECT_THAT(Values(added[i]->grad()), testing::Each(0));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(added[i]->value().data()) % kAlignment, 0);
    EXPECT_EQ(parameters.Find(added[i]->name()), added[i]);
    EXPECT_EQ(parameters.parameters()[i].get(), added[i]);
  }
  EXPECT_EQ(parameters.num_elements(), 99 * 100 / 2 * 3);
  EXPECT_EQ(parameters.Find("p100"), nullptr);
}

TEST(ParameterSetTest, ADryRunHasPlacesForMoreThanAnyMemoryHolds) {
  ParameterSet parameters(/*dry_run=*/true);
  const Parameter& a = parameters.Add("a", {3}, [](Tensor) { FAIL(); });
  const Parameter& b = parameters.Add("b", {1000000, 1000000}, Constant(1));
  parameters.ZeroGrads();

  EXPECT_EQ(parameters.num_elements(), 1000000000003);
  EXPECT_EQ(b.value().data() - a.value().data(), a.slab_end());
  EXPECT_EQ(b.grad()[b.grad().size() - 1], 0);
}

TEST(ParameterSetTest, SlabsHoldTheParametersInOrderPaddedWithZeros) {
  constexpr int64_t kUnit = kAlignment / sizeof(Real);
  ParameterSet parameters;
  const Parameter& a = parameters.Add("a", {3}, Constant(1));
  const Parameter& b = parameters.Add("b", {kUnit + 1}, Constant(2));

  const Tensor values = parameters.values();

  EXPECT_EQ(values.size(), 3 * kUnit);
  EXPECT_EQ(parameters.grads().size(), 3 * kUnit);
  EXPECT_EQ(a.value().data(), values.data());
  EXPECT_EQ(b.value().data(), values.data() + kUnit);
  for (int64_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(values[i], i < 3 ? 1 : i >= kUnit && i < 2 * kUnit + 1 ? 2 : 0) << i;
  }
}

TEST(ParameterSetTest, ZeroGrads) {
  ParameterSet parameters;
  const Parameter& a = parameters.Add("a", {3}, Constant(1));
  a.grad()[1] = 5;

  parameters.ZeroGrads();

  EXPECT_THAT(Values(a.grad()), testing::ElementsAre(0, 0, 0));
  EXPECT_THAT(Values(a.value()), testing::ElementsAre(1, 1, 1));
}

TEST(ParameterSetTest, AnEmptySetHasEmptySlabs) {
  ParameterSet parameters;

  parameters.ZeroGrads();

  EXPECT_EQ(parameters.values().size(), 0);
  EXPECT_EQ(parameters.num_elements(), 0);
}

TEST(ParameterSetDeathTest, NamesAreUnique) {
  ParameterSet parameters;
  parameters.Add("a", {3}, Zeros());

  EXPECT_DEATH(parameters.Add("a", {3}, Zeros()), "two parameters are named a");
}

TEST(InitializerTest, DependOnTheKeyAlone) {
  for (const auto& initializer : {Normal, Uniform}) {
    ParameterSet parameters;
    const Parameter& a = parameters.Add("a", {1000}, initializer(2, {.seed = 1, .stream = 1}));
    const Parameter& b = parameters.Add("b", {1000}, initializer(2, {.seed = 1, .stream = 1}));
    const Parameter& c = parameters.Add("c", {1000}, initializer(2, {.seed = 1, .stream = 2}));

    EXPECT_EQ(Values(a.value()), Values(b.value()));
    EXPECT_NE(Values(a.value()), Values(c.value()));
  }
}

TEST(InitializerTest, MomentsAndLimits) {
  ParameterSet parameters;
  const Parameter& normal = parameters.Add("normal", {10000}, Normal(2, {.seed = 1}));
  const Parameter& uniform = parameters.Add("uniform", {10000}, Uniform(3, {.seed = 1}));

  double normal_variance = 0, uniform_variance = 0;
  for (int64_t i = 0; i < 10000; ++i) {
    normal_variance += std::pow(normal.value()[i], 2) / 10000;
    uniform_variance += std::pow(uniform.value()[i], 2) / 10000;
  }

  EXPECT_NEAR(normal_variance, 4, 0.3);
  EXPECT_NEAR(uniform_variance, 3, 0.15);
  EXPECT_THAT(Values(uniform.value()),
              testing::Each(testing::AllOf(testing::Ge(-3), testing::Le(3))));
}

}  // namespace
}  // namespace ladder
