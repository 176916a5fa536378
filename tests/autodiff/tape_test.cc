#include "autodiff/tape.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "autodiff/op.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tensor/profile.h"

namespace ladder {
namespace {

using testing::HasSubstr;

// y = a b for scalars.
Variable Product(Variable a, Variable b) {
  Op op("Product", {{"a", a}, {"b", b}});
  op.Require(a.shape() == Shape(), "a scalar a");
  op.Require(b.shape() == Shape(), "a scalar b");
  const Variable y = op.Output({});
  y.value()[0] = a.value()[0] * b.value()[0];
  op.Backward([=](Context&) {
    if (const Output da = GradientOf(a)) da.Put(0, y.grad()[0] * b.value()[0]);
    if (const Output db = GradientOf(b)) db.Put(0, y.grad()[0] * a.value()[0]);
  });
  return y;
}

struct TwoOutputs {
  Variable twice, thrice;
};

// Two outputs of one scalar.
TwoOutputs Multiples(Variable x) {
  Op op("Multiples", {{"x", x}});
  const TwoOutputs y = {op.Output({}), op.Output({})};
  y.twice.value()[0] = 2 * x.value()[0];
  y.thrice.value()[0] = 3 * x.value()[0];
  op.Backward([=](Context&) {
    Real dx = 0;
    if (Tensor dy = y.twice.grad()) dx += 2 * dy[0];
    if (Tensor dy = y.thrice.grad()) dx += 3 * dy[0];
    GradientOf(x).Put(0, dx);
  });
  return y;
}

// The sum of a list, of its first elements.
Variable SumOf(absl::Span<const Variable> list) {
  Op op("SumOf", "x", list);
  for (Variable x : list) op.Require(x.shape() == Shape(), "scalars, got %s", x.shape().ToString());
  const absl::Span<const Variable> kept = op.Keep(list);
  const Variable y = op.Output({});
  y.value()[0] = 0;
  for (Variable x : kept) y.value()[0] += x.value()[0];
  op.Backward([=](Context&) {
    for (Variable x : kept) {
      if (const Output dx = GradientOf(x)) dx.Put(0, y.grad()[0]);
    }
  });
  return y;
}

// y = 2 x for a tensor.
Variable Doubled(Variable x) {
  Op op("Doubled", {{"x", x}});
  const Variable y = op.Output(x.shape());
  for (int64_t i = 0; i < x.value().size(); ++i) y.value()[i] = 2 * x.value()[i];
  op.Backward([=](Context&) {
    const Output dx = GradientOf(x);
    for (int64_t i = 0; i < x.value().size(); ++i) dx.Put(i, 2 * y.grad()[i]);
  });
  return y;
}

// The first element of x.
Variable First(Variable x) {
  Op op("First", {{"x", x}});
  const Variable y = op.Output({});
  y.value()[0] = x.value()[0];
  op.Backward([=](Context&) {
    const Output dx = GradientOf(x);
    for (int64_t i = 0; i < x.value().size(); ++i) dx.Put(i, i == 0 ? y.grad()[0] : 0);
  });
  return y;
}

class TapeTest : public testing::Test {
 protected:
  Variable Input(Tape& tape, Real value) {
    const Tensor x = tape.NewTensor({});
    x[0] = value;
    return tape.Input(x);
  }

  Context context_{{.poison_memory = true}};
};

using TapeDeathTest = TapeTest;

TEST_F(TapeTest, GradientsOfAProduct) {
  Tape tape(&context_);
  const Variable a = Input(tape, 3);
  const Variable b = Input(tape, 5);

  const Variable y = Product(Product(a, b), a);
  tape.Backward(y);

  EXPECT_EQ(y.value()[0], 45);
  EXPECT_EQ(a.grad()[0], 30);
  EXPECT_EQ(b.grad()[0], 9);
}

TEST_F(TapeTest, ConstantsHaveNoGradient) {
  Tape tape(&context_);
  const Variable a = tape.Scalar(3);
  const Variable b = Input(tape, 5);

  const Variable of_constants = Product(a, a);
  tape.Backward(Product(of_constants, b));

  EXPECT_FALSE(of_constants.needs_grad());
  EXPECT_FALSE(a.grad());
  EXPECT_FALSE(of_constants.grad());
  EXPECT_EQ(b.grad()[0], 9);
}

TEST_F(TapeTest, WhatTheLossDoesNotDependOnHasNoGradient) {
  Tape tape(&context_);
  const Variable a = Input(tape, 3);
  const Variable b = Input(tape, 5);
  const Variable unused = Product(a, b);

  tape.Backward(Product(a, a));

  EXPECT_FALSE(b.grad());
  EXPECT_FALSE(unused.grad());
  EXPECT_EQ(a.grad()[0], 6);
}

TEST_F(TapeTest, BackwardAddsToParameters) {
  ParameterSet parameters;
  Parameter& w = parameters.Add("w", {}, Constant(3));
  for (int step = 1; step <= 2; ++step) {
    Tape tape(&context_);
    tape.Backward(Product(tape.Use(w), tape.Use(w)));
    EXPECT_EQ(w.grad()[0], 6 * step);
  }
}

TEST_F(TapeTest, OnlyInputsAndParametersKeepTheirGradients) {
  Tape tape(&context_);
  const Variable a = Input(tape, 3);
  const Variable y = Product(a, a);
  tape.Backward(Product(y, a));

  EXPECT_EQ(a.grad()[0], 27);
  EXPECT_FALSE(y.grad());
}

TEST_F(TapeTest, AParameterIsDoneAfterItsOldestUse) {
  ParameterSet parameters;
  Parameter& v = parameters.Add("v", {}, Constant(2));
  Parameter& w = parameters.Add("w", {}, Constant(3));
  Parameter& unused = parameters.Add("unused", {}, Constant(5));
  std::vector<std::string> done;
  Tape tape(&context_);
  tape.Use(unused);
  const Variable first_use = tape.Use(w);
  const Variable y = Product(first_use, tape.Use(v));
  const Variable z = Product(y, tape.Use(w));

  tape.Backward(z, [&](const Parameter& parameter) {
    done.push_back(absl::StrCat(parameter.name(), " ", parameter.grad()[0]));
    parameter.value()[0] = 1000;  // as an optimizer would
  });

  EXPECT_THAT(done, testing::ElementsAre("v 9", "w 12", "unused 0"));
}

// The gradient that is not finite is long gone when it is asked for.
TEST_F(TapeTest, NamesTheOldGradientThatIsNotFinite) {
  ParameterSet parameters;
  const Parameter& w = parameters.Add("w", {}, Zeros());
  Tape tape(&context_);
  const Variable huge = tape.Scalar(std::numeric_limits<Real>::max());
  const Variable y = Product(tape.Use(w), tape.Scalar(1)).Labeled("here");
  const Variable above = Product(y, huge).Labeled("above");

  tape.Backward(Product(above, huge));

  EXPECT_FALSE(y.grad());
  EXPECT_EQ(tape.FirstNonFinite(), "gradient of Product (here) []");
}

TEST_F(TapeTest, SeveralOutputsShareOneBackward) {
  Tape tape(&context_);
  const Variable x = Input(tape, 7);

  const TwoOutputs y = Multiples(x);
  tape.Backward(Product(y.twice, y.thrice));

  EXPECT_EQ(x.grad()[0], 2 * 3 * 2 * 7);
}

TEST_F(TapeTest, EitherOutputMayBeUnused) {
  for (bool use_first : {true, false}) {
    Tape tape(&context_);
    const Variable x = Input(tape, 7);

    const TwoOutputs y = Multiples(x);
    tape.Backward(use_first ? y.twice : y.thrice);

    EXPECT_EQ(x.grad()[0], use_first ? 2 : 3);
  }
}

TEST_F(TapeTest, ALongChainDoesNotOverflowTheStack) {
  Tape tape(&context_);
  const Variable x = Input(tape, 1);
  Variable y = x;

  for (int i = 0; i < 100000; ++i) y = Product(y, x);
  tape.Backward(y);

  EXPECT_EQ(x.grad()[0], 100001);
}

TEST_F(TapeTest, ListsOfArguments) {
  Tape tape(&context_);
  std::vector<Variable> list;
  for (int i = 0; i < 10; ++i) list.push_back(i % 2 ? Input(tape, i) : tape.Scalar(i));
  const std::vector<Variable> copy = list;

  const Variable y = SumOf(list);
  list.clear();
  tape.Backward(y);

  EXPECT_EQ(y.value()[0], 45);
  for (int i = 1; i < 10; i += 2) EXPECT_EQ(copy[i].grad()[0], 1);
}

TEST_F(TapeTest, GradientsThatWerePassedOnGiveTheirMemoryToTheNext) {
  const auto used = [this](int length) {
    Tape tape(&context_);
    const Tensor x = tape.NewTensor({1000});
    std::fill_n(x.data(), 1000, Real{1});
    Variable y = tape.Input(x);
    for (int i = 0; i < length; ++i) y = Doubled(y);
    const size_t before = context_.arena().used();
    tape.Backward(First(y));
    return context_.arena().used() - before;
  };
  EXPECT_EQ(used(50), used(5));
}

TEST_F(TapeTest, TheThirdStepTakesNoMemory) {
  int num_allocations[4];
  for (int& count : num_allocations) {
    Tape tape(&context_);
    Variable y = Input(tape, 1);
    for (int i = 0; i < 20000; ++i) y = Product(y, y);
    tape.Backward(y);
    count = context_.arena().num_system_allocations();
  }

  EXPECT_GT(num_allocations[1], num_allocations[0]) << "the blocks are made one between steps";
  EXPECT_EQ(num_allocations[2], num_allocations[1]);
  EXPECT_EQ(num_allocations[3], num_allocations[1]);
}

TEST_F(TapeTest, FirstNonFiniteNamesTheFirstOperation) {
  Tape tape(&context_);
  const Variable x = Input(tape, std::numeric_limits<Real>::max()).Labeled("encoder/1/x");
  EXPECT_EQ(tape.FirstNonFinite(), "");

  const Variable y = Product(x, x).Labeled("encoder/1/y");
  Product(y, y);

  EXPECT_EQ(tape.FirstNonFinite(), "Product (encoder/1/y) []");
}

TEST_F(TapeTest, FirstNonFiniteLooksAtGradientsToo) {
  Tape tape(&context_);
  const Variable x = Input(tape, 1);
  const Variable y = Product(x, x);
  tape.Backward(y);

  x.grad()[0] = std::numeric_limits<Real>::quiet_NaN();

  EXPECT_THAT(tape.FirstNonFinite(), HasSubstr("gradient of Input []"));
}

TEST_F(TapeTest, ProfileCountsOperations) {
  Profile profile;
  context_.set_profile(&profile);
  Tape tape(&context_);
  const Variable x = Input(tape, 1);

  tape.Backward(Product(Product(x, x), x));

  const Profile::OpTime& time = profile.op_times().at("Product");
  EXPECT_EQ(time.calls, 2);
  EXPECT_GE(time.forward_seconds, 0);
  EXPECT_GE(time.backward_seconds, 0);
}

TEST_F(TapeDeathTest, BackwardWantsAScalarThatDependsOnSomething) {
  Tape tape(&context_);
  const Variable matrix = tape.Input(tape.NewTensor({2, 3}));

  EXPECT_DEATH(tape.Backward(matrix), "the loss is a scalar, got a tensor Input \\[2, 3\\]");
  EXPECT_DEATH(tape.Backward(tape.Scalar(1)), "depends on no parameter and no Input");
}

TEST_F(TapeDeathTest, BackwardOnce) {
  Tape tape(&context_);
  const Variable x = Input(tape, 1);
  tape.Backward(x);

  EXPECT_DEATH(tape.Backward(x), "called twice");
  EXPECT_DEATH(Product(x, x), "Product: an operation was called during or after Tape::Backward");
}

TEST_F(TapeDeathTest, AVariableDiesWithItsTape) {
  Variable x;
  {
    Tape tape(&context_);
    x = Input(tape, 1);
  }
  EXPECT_DEATH(x.value(), "after its tape ended");

  Tape next(&context_);
  EXPECT_DEATH(Product(x, x), "after its tape ended");
  EXPECT_DEATH(Variable().value(), "that no operation returned");
}

TEST_F(TapeDeathTest, OneTapeAtATime) {
  Tape tape(&context_);

  EXPECT_DEATH(Tape second(&context_), "two tapes live on one context");
}

TEST_F(TapeDeathTest, RequirementsNameOperationAndArguments) {
  Tape tape(&context_);
  ParameterSet parameters;
  Parameter& w = parameters.Add("encoder/1/W", {2, 3}, Zeros());
  const Variable a = Input(tape, 1).Labeled("x");

  EXPECT_DEATH(Product(a, tape.Use(w)), HasSubstr("Product requires a scalar b\n"
                                                  "  a: [] from Input (x)\n"
                                                  "  b: [2, 3] from Parameter (encoder/1/W)\n"));
  EXPECT_DEATH(SumOf({a, tape.Use(w)}), HasSubstr("SumOf requires scalars, got [2, 3]\n"
                                                  "  x[0]: [] from Input (x)\n"
                                                  "  x[1]: [2, 3] from Parameter (encoder/1/W)\n"));
}

TEST_F(TapeDeathTest, ArgumentsFromOneTape) {
  Context other_context;
  Tape tape(&context_), other_tape(&other_context);

  EXPECT_DEATH(Product(tape.Scalar(1), other_tape.Scalar(1)), "Product: b is on another tape");
  EXPECT_DEATH(SumOf({}), "SumOf: no arguments");
}

}  // namespace
}  // namespace ladder
