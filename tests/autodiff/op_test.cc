#include "autodiff/op.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "gmock/gmock.h"
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

TEST_F(OpTest, KeepsArgumentsAndAttributes) {
  Tape tape(&context_);
  const Variable x = Input(tape, 1).Labeled("pixels");
  std::vector<int64_t> sizes = {2, -1};
  Op op("Test", {{"x", x}},
        {{"sizes", absl::MakeConstSpan(sizes)}, {"rate", 0.5}, {"mode", "same"}, {"flip", true}});
  sizes[0] = 7;
  const Variable y = op.Output({});

  const Call& call = *y.node()->call;
  ASSERT_EQ(call.arguments.size(), 1u);
  EXPECT_EQ(call.arguments[0].variable.node(), x.node());
  std::vector<std::string> attributes;
  for (const Attribute& attribute : call.attributes) attributes.push_back(attribute.ToString());
  EXPECT_THAT(attributes,
              testing::ElementsAre("sizes = [2, -1]", "rate = 0.5", "mode = same", "flip = true"));
  EXPECT_EQ(x.node()->call, nullptr);
}

TEST_F(OpDeathTest, RequirementsNameAttributes) {
  Tape tape(&context_);
  const Op op("Test", {{"x", Input(tape, 1)}}, {{"low", 2}, {"high", Real{1.5}}});
  EXPECT_DEATH(op.Require(false, "low <= high, got %d", 3),
               "Test requires low <= high, got 3\n  x: .*\n  low = 2\n  high = 1.5");
}

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
