#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "autodiff/tape.h"
#include "gtest/gtest.h"
#include "tensor/profile.h"
#include "training/adam.h"
#include "training/sgd.h"

namespace ladder {
namespace {

// Relative to values near 1, after some ten steps.
constexpr double kTolerance = sizeof(Real) == 4 ? 2e-6 : 1e-14;
constexpr Real kNan = std::numeric_limits<Real>::quiet_NaN();
constexpr Real kInfinity = std::numeric_limits<Real>::infinity();

// Two parameters that fill no cache line, so that padding lies between and after them.
struct Model {
  Model() {
    w = &parameters.Add("w", {3, 7}, Uniform(1, {.seed = 1}));
    b = &parameters.Add("b", {5}, Uniform(1, {.seed = 2}));
  }
  std::vector<double> Values() const {
    std::vector<double> values;
    for (const Parameter* parameter : {w, b}) {
      const Tensor x = parameter->value();
      values.insert(values.end(), x.data(), x.data() + x.size());
    }
    return values;
  }
  // Made-up gradients of one step, of several magnitudes and signs, in the order of Values().
  std::vector<double> AddGradients(int step) {
    std::vector<double> all;
    for (const Parameter* parameter : {w, b}) {
      const Tensor g = parameter->grad();
      for (int64_t i = 0; i < g.size(); ++i) {
        g[i] += static_cast<Real>(std::sin(3.0 * i + step) * std::pow(10, (i + step) % 5 - 3));
        all.push_back(g[i]);
      }
    }
    return all;
  }

  ParameterSet parameters;
  Parameter* w;
  Parameter* b;
};

// Adam as the header writes it, in double, one element at a time.
class ReferenceAdam {
 public:
  ReferenceAdam(const AdamOptions& options, const std::vector<double>& x)
      : options_(options), x_(x), m_(x.size()), v_(x.size()) {}

  void Step(const std::vector<double>& g, double learning_rate) {
    ++t_;
    const double c1 = 1 - std::pow(options_.beta1, t_);
    const double c2 = 1 - std::pow(options_.beta2, t_);
    for (size_t i = 0; i < x_.size(); ++i) {
      m_[i] = options_.beta1 * m_[i] + (1 - options_.beta1) * g[i];
      v_[i] = options_.beta2 * v_[i] + (1 - options_.beta2) * g[i] * g[i];
      x_[i] -= learning_rate * options_.weight_decay * x_[i];
      if (options_.epsilon_placement == AdamOptions::EpsilonPlacement::kOutsideCorrection) {
        x_[i] -= learning_rate * std::sqrt(c2) / c1 * m_[i] / (std::sqrt(v_[i]) + options_.epsilon);
      } else {
        x_[i] -= learning_rate * (m_[i] / c1) / (std::sqrt(v_[i] / c2) + options_.epsilon);
      }
    }
  }

  const std::vector<double>& x() const { return x_; }

 private:
  const AdamOptions options_;
  std::vector<double> x_, m_, v_;
  int t_ = 0;
};

TEST(AdamTest, AgreesWithAScalarReferenceForAllOptions) {
  using Placement = AdamOptions::EpsilonPlacement;
  for (const AdamOptions& options :
       {AdamOptions{}, AdamOptions{.learning_rate = 0.1, .beta1 = 0.5, .beta2 = 0.9},
        AdamOptions{.epsilon = 1e-2},
        AdamOptions{.epsilon = 1e-2, .epsilon_placement = Placement::kInsideCorrection},
        AdamOptions{.beta1 = 0, .beta2 = 0}, AdamOptions{.weight_decay = 3}}) {
    Model model;
    Adam adam(&model.parameters, options);
    ReferenceAdam reference(options, model.Values());
    Context context;

    for (int step = 0; step < 12; ++step) {
      const double learning_rate = options.learning_rate * (step < 6 ? 1 : 0.5);
      adam.set_learning_rate(learning_rate);
      reference.Step(model.AddGradients(step), learning_rate);
      EXPECT_TRUE(adam.Step(context));
    }

    const std::vector<double> values = model.Values();
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], reference.x()[i], kTolerance) << "element " << i;
    }
  }
}

TEST(AdamTest, FirstStepIsTheLearningRateAlongTheSign) {
  ParameterSet parameters;
  const Parameter& w = parameters.Add("w", {2}, Constant(1));
  Adam adam(&parameters, {.learning_rate = 0.125});
  w.grad()[0] = 100;
  w.grad()[1] = -0.01;
  Context context;

  adam.Step(context);

  EXPECT_NEAR(w.value()[0], 0.875, 1e-5);
  EXPECT_NEAR(w.value()[1], 1.125, 1e-5);
}

TEST(SgdTest, AgreesWithAScalarReferenceForAllOptions) {
  for (const SgdOptions& options :
       {SgdOptions{}, SgdOptions{.momentum = 0.9}, SgdOptions{.momentum = 0.9, .nesterov = true},
        SgdOptions{.momentum = 0.5, .weight_decay = 0.1}}) {
    Model model;
    Sgd sgd(&model.parameters, options);
    std::vector<double> x = model.Values();
    std::vector<double> m(x.size());
    Context context;

    for (int step = 0; step < 12; ++step) {
      const std::vector<double> g = model.AddGradients(step);
      for (size_t i = 0; i < x.size(); ++i) {
        const double regularized = g[i] + options.weight_decay * x[i];
        m[i] = options.momentum * m[i] + regularized;
        x[i] -= options.learning_rate *
                (options.nesterov ? regularized + options.momentum * m[i] : m[i]);
      }
      EXPECT_TRUE(sgd.Step(context));
    }

    const std::vector<double> values = model.Values();
    for (size_t i = 0; i < values.size(); ++i) {
      EXPECT_NEAR(values[i], x[i], 4 * kTolerance) << "element " << i;
    }
  }
}

// What every optimizer must do.
template <class T>
class OptimizerTest : public testing::Test {};
using Optimizers = testing::Types<Adam, Sgd>;
TYPED_TEST_SUITE(OptimizerTest, Optimizers);

TYPED_TEST(OptimizerTest, ClearsTheGradients) {
  Model model;
  TypeParam optimizer(&model.parameters);
  Context context;
  model.AddGradients(0);

  optimizer.Step(context);

  const Tensor grads = model.parameters.grads();
  for (int64_t i = 0; i < grads.size(); ++i) EXPECT_EQ(grads[i], 0) << "element " << i;
}

TYPED_TEST(OptimizerTest, PaddingStaysZero) {
  Model model;
  TypeParam optimizer(&model.parameters);
  Context context;
  for (int step = 0; step < 3; ++step) {
    model.AddGradients(step);
    optimizer.Step(context);
  }

  const Tensor values = model.parameters.values();
  const int64_t second = model.b->value().data() - values.data();
  ASSERT_GT(second, model.w->shape().size());
  for (const Optimizer::State& state : optimizer.states()) {
    ASSERT_EQ(state.slab.size(), values.size());
    for (int64_t i = model.w->shape().size(); i < second; ++i) {
      EXPECT_EQ(values[i], 0) << i;
      EXPECT_EQ(state.slab[i], 0) << state.name << i;
    }
  }
}

TYPED_TEST(OptimizerTest, GradientThatIsNotFiniteChangesNothingOfItsElementAndStays) {
  for (const Real bad : {kNan, kInfinity, -kInfinity}) {
    Model model;
    TypeParam optimizer(&model.parameters);
    Context context;
    model.AddGradients(0);
    optimizer.Step(context);
    const std::vector<double> before = model.Values();
    std::vector<Real> states_before;
    for (const Optimizer::State& state : optimizer.states()) states_before.push_back(state.slab[4]);
    model.AddGradients(1);
    model.w->grad()[4] = bad;

    EXPECT_FALSE(optimizer.Step(context));

    const std::vector<double> after = model.Values();
    for (size_t i = 0; i < after.size(); ++i) {
      EXPECT_EQ(after[i] == before[i], i == 4) << "element " << i;
    }
    for (size_t i = 0; i < states_before.size(); ++i) {
      EXPECT_EQ(optimizer.states()[i].slab[4], states_before[i]);
    }
    EXPECT_FALSE(std::isfinite(model.w->grad()[4]));
    EXPECT_EQ(model.w->grad()[5], 0);
    model.parameters.ZeroGrads();
    EXPECT_TRUE(optimizer.Step(context));
  }
}

TYPED_TEST(OptimizerTest, TapeStillNamesTheGradientThatIsNotFinite) {
  ParameterSet parameters;
  const Parameter& w = parameters.Add("encoder/1/w", {4}, Constant(1));
  TypeParam optimizer(&parameters);
  Context context;
  Tape tape(&context);
  tape.Use(w);
  w.grad()[2] = kNan;

  EXPECT_FALSE(optimizer.Step(context));

  EXPECT_NE(tape.FirstNonFinite().find("encoder/1/w"), std::string::npos) << tape.FirstNonFinite();
}

TYPED_TEST(OptimizerTest, SameBitsOnAnyNumberOfThreads) {
  std::vector<std::vector<Real>> results;
  for (const int num_threads : {1, 2, 3}) {
    ParameterSet parameters;
    // Many pieces, the last one short.
    const Parameter& w = parameters.Add("w", {301, 997}, Uniform(1, {.seed = 3}));
    TypeParam optimizer(&parameters);
    Context context({.num_threads = num_threads});
    for (int step = 0; step < 3; ++step) {
      for (int64_t i = 0; i < w.shape().size(); ++i) {
        w.grad()[i] = static_cast<Real>((i * 7919 + step) % 1000 - 500) / 100;
      }
      EXPECT_TRUE(optimizer.Step(context));
    }
    const Tensor values = parameters.values();
    results.emplace_back(values.data(), values.data() + values.size());
    for (const Optimizer::State& state : optimizer.states()) {
      results.back().insert(results.back().end(), state.slab.data(),
                            state.slab.data() + state.slab.size());
    }
  }

  for (const std::vector<Real>& result : results) {
    ASSERT_EQ(result.size(), results[0].size());
    EXPECT_EQ(std::memcmp(result.data(), results[0].data(), result.size() * sizeof(Real)), 0);
  }
}

TYPED_TEST(OptimizerTest, AParameterAtATimeGivesTheSameBits) {
  Model whole, pieces;
  TypeParam optimizer(&whole.parameters);
  TypeParam other(&pieces.parameters);
  Context context;
  for (int step = 0; step < 3; ++step) {
    whole.AddGradients(step);
    EXPECT_TRUE(optimizer.Step(context));

    pieces.AddGradients(step);
    other.StartStep();
    if (step != 1) other.Update(context, *pieces.b);
    if (step == 2) other.Update(context, *pieces.w);
    EXPECT_TRUE(other.FinishStep(context));
  }

  EXPECT_EQ(pieces.Values(), whole.Values());
  for (int64_t i = 0; i < pieces.parameters.grads().size(); ++i) {
    EXPECT_EQ(pieces.parameters.grads()[i], 0);
  }
  pieces.b->grad()[0] = kNan;
  other.StartStep();
  other.Update(context, *pieces.b);
  EXPECT_FALSE(other.FinishStep(context));
}

TYPED_TEST(OptimizerTest, PartsOutsideOfAStepDie) {
  Model model;
  TypeParam optimizer(&model.parameters);
  Context context;
  EXPECT_DEATH(optimizer.Update(context, *model.w), "Update without StartStep");
  EXPECT_DEATH(optimizer.FinishStep(context), "FinishStep without StartStep");
  optimizer.StartStep();
  EXPECT_DEATH(optimizer.StartStep(), "StartStep twice");
}

TYPED_TEST(OptimizerTest, AParameterTwiceInAStepDies) {
  Model model;
  TypeParam optimizer(&model.parameters);
  Context context;
  optimizer.StartStep();
  optimizer.Update(context, *model.w);
  EXPECT_DEATH(optimizer.Update(context, *model.w), "twice in a step");
}

TYPED_TEST(OptimizerTest, FindsAGradientThatIsNotFiniteInAnyPieceAndLane) {
  ParameterSet parameters;
  const Parameter& w = parameters.Add("w", {100003}, Zeros());
  TypeParam optimizer(&parameters);
  Context context({.num_threads = 2});

  for (int64_t i = 0; i < 100003; i += 4337) {
    w.grad()[i] = kNan;
    EXPECT_FALSE(optimizer.Step(context)) << i;
    parameters.ZeroGrads();
  }
  w.grad()[100002] = kInfinity;
  EXPECT_FALSE(optimizer.Step(context));
  parameters.ZeroGrads();
  EXPECT_TRUE(optimizer.Step(context));
}

TYPED_TEST(OptimizerTest, ContinuesFromRestoredState) {
  Model model, resumed;
  TypeParam optimizer(&model.parameters);
  Context context;
  for (int step = 0; step < 3; ++step) {
    model.AddGradients(step);
    optimizer.Step(context);
  }
  TypeParam other(&resumed.parameters);
  const auto copy = [](Tensor from, Tensor to) {
    std::memcpy(to.data(), from.data(), from.size() * sizeof(Real));
  };
  copy(model.parameters.values(), resumed.parameters.values());
  for (size_t i = 0; i < other.states().size(); ++i) {
    copy(optimizer.states()[i].slab, other.states()[i].slab);
  }
  other.set_num_steps(optimizer.num_steps());

  model.AddGradients(3);
  optimizer.Step(context);
  resumed.AddGradients(3);
  other.Step(context);

  EXPECT_EQ(other.num_steps(), 4);
  EXPECT_EQ(model.Values(), resumed.Values());
}

TYPED_TEST(OptimizerTest, WorksOnAnEmptySet) {
  ParameterSet parameters;
  TypeParam optimizer(&parameters);
  Context context;

  EXPECT_TRUE(optimizer.Step(context));
}

TYPED_TEST(OptimizerTest, ReportsItsTimeToTheProfile) {
  Model model;
  TypeParam optimizer(&model.parameters);
  Context context;
  Profile profile;
  context.set_profile(&profile);

  optimizer.Step(context);

  ASSERT_EQ(profile.op_times().size(), 1u);
  EXPECT_EQ(profile.op_times().begin()->second.calls, 1);
}

TYPED_TEST(OptimizerTest, RefusesParametersAddedLater) {
  Model model;
  TypeParam optimizer(&model.parameters);
  model.parameters.Add("late", {1}, Zeros());
  Context context;

  EXPECT_DEATH(optimizer.Step(context), "a parameter was added after (Adam|Sgd) was made");
}

TEST(OptimizerDeathTest, RefusesOptionsThatMakeNoSense) {
  Model model;

  EXPECT_DEATH(Adam(&model.parameters, {.beta1 = 1}), "got beta1 = 1");
  EXPECT_DEATH(Adam(&model.parameters, {.beta2 = -0.1}), "got beta2 = -0.1");
  EXPECT_DEATH(Adam(&model.parameters, {.epsilon = 0}), "got epsilon = 0");
  EXPECT_DEATH(Sgd(&model.parameters, {.momentum = 1}), "got momentum = 1");
}

}  // namespace
}  // namespace ladder
