#include "autodiff/op.h"

#include "gtest/gtest.h"

namespace ladder {
namespace {

class OpTest : public testing::Test {
 protected:
  static Variable Input(Tape& tape, Real value) {
    const Tensor x = tape.NewTensor({});
    x[0] = value;
    return tape.Input(x);
  }

  Context context_;
};

using OpDeathTest = OpTest;

TEST_F(OpDeathTest, AnotherOperationBetweenTwoOutputs) {
  Tape tape(&context_);
  const Variable x = Input(tape, 1);
  EXPECT_DEATH(
      {
        Op op("Torn", {{"x", x}});
        op.Output({});
        Op("Other", {{"x", x}}).Output({});
        op.Output({});
      },
      "Torn: another operation was called between two outputs");
}

TEST_F(OpDeathTest, AViewOutsideOfItsBase) {
  Tape tape(&context_);
  const Variable x = Input(tape, 1);
  const Tensor other = tape.NewTensor({});
  EXPECT_DEATH(
      {
        Op op("Lost", {{"x", x}});
        op.View(x, other);
      },
      "Lost: a view");
}

TEST_F(OpDeathTest, BackwardAfterOutputAndOnce) {
  Tape tape(&context_);
  const Variable x = Input(tape, 1);
  const auto nothing = [](Context&) {};

  EXPECT_DEATH(Op("Test", {{"x", x}}).Backward(nothing), "Test: Backward before Output");
  Op op("Test", {{"x", x}});
  op.Output({});
  op.Backward(nothing);
  EXPECT_DEATH(op.Backward(nothing), "Test: Backward was called twice");
}

}  // namespace
}  // namespace ladder
