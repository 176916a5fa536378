#include "training/weight_average.h"

#include <cmath>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tensor/profile.h"
#include "training/adam.h"

namespace ladder {
namespace {

constexpr double kTolerance = sizeof(Real) == 4 ? 1e-6 : 1e-14;

std::vector<Real> Values(const ParameterSet& parameters) {
  const Tensor slab = parameters.values();
  return std::vector<Real>(slab.data(), slab.data() + slab.size());
}

// Some parameters that a step moves about, more than one task's worth.
struct Model {
  explicit Model(const WeightAverageOptions& options, int num_threads = 1)
      : context({.num_threads = num_threads}),
        w(&parameters.Add("w", {70001}, Uniform(1, {.seed = 1}))),
        adam(&parameters, {.learning_rate = 0.1}),
        average(context, &adam, options) {}

  void Step() {
    for (int64_t i = 0; i < w->grad().size(); ++i) {
      w->grad()[i] = static_cast<Real>(std::sin(i + 2.0 * static_cast<double>(adam.num_steps())));
    }
    adam.Step(context);
    history.push_back(Values(parameters));
    average.Update(context);
  }
  // The averages, which are in use just for this call.
  std::vector<Real> Averages() {
    average.Use(context, true);
    const std::vector<Real> averages = Values(parameters);
    average.Use(context, false);
    return averages;
  }

  Context context;
  ParameterSet parameters;
  Parameter* w;
  Adam adam;
  WeightAverage average;
  std::vector<std::vector<Real>> history;
};

// The definition: sum_k weight(k) history[k] / sum_k weight(k), of some elements.
template <class Weight>
void ExpectAverage(Model& model, Weight weight) {
  const std::vector<Real> averages = model.Averages();
  for (size_t i = 0; i < 70001; i += 997) {
    double sum = 0, total = 0;
    for (size_t k = 0; k < model.history.size(); ++k) {
      sum += weight(k) * model.history[k][i];
      total += weight(k);
    }
    ASSERT_NEAR(averages[i], sum / total, kTolerance) << "element " << i;
  }
}

TEST(WeightAverageTest, IsTheMeanOfAllSteps) {
  Model model({});
  for (int i = 0; i < 6; ++i) model.Step();

  ExpectAverage(model, [](size_t) { return 1.0; });
}

TEST(WeightAverageTest, DecaysExponentiallyWithoutAShareOfTheStart) {
  Model model({.decay = 0.7});
  for (int i = 0; i < 6; ++i) {
    model.Step();
    ExpectAverage(model, [](size_t k) { return std::pow(0.7, -static_cast<double>(k)); });
  }
}

TEST(WeightAverageTest, IsTheLastWeightsUntilItStarts) {
  Model model({.first_step = 3});
  EXPECT_EQ(model.Averages(), Values(model.parameters));
  for (int i = 0; i < 4; ++i) {
    model.Step();
    EXPECT_EQ(model.Averages(), Values(model.parameters));
  }
  model.Step();

  ExpectAverage(model, [](size_t k) { return k >= 3 ? 1.0 : 0.0; });
}

TEST(WeightAverageTest, UseChangesNothingForTraining) {
  Model model({.decay = 0.9}), undisturbed({.decay = 0.9});
  for (int i = 0; i < 5; ++i) {
    model.Step();
    undisturbed.Step();
    model.average.Use(model.context, true);
    model.average.Use(model.context, true);  // is so already
    EXPECT_TRUE(model.average.in_use());
    EXPECT_EQ(model.adam.states()[2].slab[0], undisturbed.history.back()[0]);
    model.average.Use(model.context, false);
    EXPECT_EQ(Values(model.parameters), undisturbed.history.back());
  }
  EXPECT_EQ(model.Averages(), undisturbed.Averages());
  EXPECT_NE(model.Averages(), Values(model.parameters));
}

TEST(WeightAverageTest, SameBitsOnOneTwoAndThreeThreads) {
  std::vector<std::vector<Real>> averages;
  for (const int threads : {1, 2, 3}) {
    Model model({.decay = 0.9}, threads);
    for (int i = 0; i < 4; ++i) model.Step();
    averages.push_back(model.Averages());
  }

  EXPECT_EQ(averages[0], averages[1]);
  EXPECT_EQ(averages[0], averages[2]);
}

TEST(WeightAverageTest, IsAStateOfTheOptimizer) {
  Model model({});

  ASSERT_EQ(model.adam.states().size(), 3u);
  EXPECT_EQ(model.adam.states()[2].name, "raw");
}

TEST(WeightAverageTest, ReportsItsTimeToTheProfile) {
  Model model({});
  Profile profile;
  model.context.set_profile(&profile);

  model.Step();

  EXPECT_EQ(profile.op_times().count("WeightAverage"), 1u);
}

TEST(WeightAverageDeathTest, RefusesWhatMakesNoSense) {
  Model model({});
  model.average.Use(model.context, true);

  EXPECT_DEATH(model.average.Update(model.context), "while the averages are in use");
  EXPECT_DEATH(WeightAverage(model.context, &model.adam, {}), "two states are named raw");
  EXPECT_DEATH(Model({.decay = 1}), "got decay = 1");
  EXPECT_DEATH(Model({.first_step = -1}), "got first_step = -1");
}

}  // namespace
}  // namespace ladder
