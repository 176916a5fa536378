// What every operation owes its callers besides the right derivative.
#include <cmath>
#include <cstring>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

using OpContractTest = testing::TestWithParam<OpCase>;

bool SameBits(const std::vector<Real>& a, const std::vector<Real>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(Real)) == 0);
}

void ExpectSameBits(const OpResult& a, const OpResult& b) {
  EXPECT_TRUE(SameBits(a.output, b.output)) << "the outputs differ";
  for (size_t i = 0; i < a.gradients.size(); ++i) {
    EXPECT_TRUE(SameBits(a.gradients[i], b.gradients[i])) << "the gradients of x" << i << " differ";
  }
}

TEST_P(OpContractTest, AnySubsetOfInputsMayBeConstant) {
  Context context;
  ParameterSet inputs;
  AddInputs(GetParam(), inputs);
  const OpResult all = RunOpCase(context, GetParam(), inputs);
  const size_t num_inputs = GetParam().inputs.size();

  for (unsigned mask = 1; mask < 1u << num_inputs; ++mask) {
    std::vector<bool> is_constant(num_inputs);
    OpResult expected = all;
    for (size_t i = 0; i < num_inputs; ++i) {
      is_constant[i] = mask >> i & 1;
      if (is_constant[i]) expected.gradients[i].clear();
    }
    inputs.ZeroGrads();
    const OpResult result = RunOpCase(context, GetParam(), inputs, is_constant);

    SCOPED_TRACE(testing::Message() << "constant inputs: bits of " << mask);
    ExpectSameBits(result, expected);
  }
}

TEST_P(OpContractTest, BackwardAddsToGradients) {
  Context context;
  ParameterSet inputs;
  AddInputs(GetParam(), inputs);
  const OpResult from_zero = RunOpCase(context, GetParam(), inputs);

  for (int64_t i = 0; i < inputs.grads().size(); ++i) inputs.grads()[i] = 3;
  const OpResult from_three = RunOpCase(context, GetParam(), inputs);

  for (size_t i = 0; i < from_zero.gradients.size(); ++i) {
    for (size_t j = 0; j < from_zero.gradients[i].size(); ++j) {
      const double gradient = from_zero.gradients[i][j];
      EXPECT_NEAR(from_three.gradients[i][j], 3 + gradient,
                  (sizeof(Real) == 8 ? 1e-14 : 4e-6) * (3 + std::abs(gradient)))
          << "x" << i << "[" << j << "]";
    }
  }
}

// Who is the first to write a gradient may assign it: the sum is the same.
TEST_P(OpContractTest, BackwardAssignsWhatIsNotThereYet) {
  Context poisoned({.poison_memory = true});
  ParameterSet inputs;
  AddInputs(GetParam(), inputs);
  const OpResult added = RunOpCase(poisoned, GetParam(), inputs);

  const OpResult assigned = RunOpCaseOnInputs(poisoned, GetParam(), inputs);

  for (size_t i = 0; i < added.gradients.size(); ++i) {
    if (assigned.gradients[i].empty()) continue;  // the output does not depend on it
    for (size_t j = 0; j < added.gradients[i].size(); ++j) {
      const double gradient = added.gradients[i][j];
      EXPECT_NEAR(assigned.gradients[i][j], gradient,
                  (sizeof(Real) == 8 ? 1e-14 : 4e-6) * (1 + std::abs(gradient)))
          << "x" << i << "[" << j << "]";
    }
  }
}

// Memory is full of NaN, or of the numbers of the step before.
TEST_P(OpContractTest, WritesMemoryBeforeItReadsIt) {
  Context context;
  Context poisoned({.poison_memory = true});
  ParameterSet inputs;
  AddInputs(GetParam(), inputs);

  const OpResult expected = RunOpCase(context, GetParam(), inputs);
  for (Context* other : {&poisoned, &poisoned, &context}) {
    inputs.ZeroGrads();
    ExpectSameBits(RunOpCase(*other, GetParam(), inputs), expected);
  }
}

TEST_P(OpContractTest, LeavesItsInputsAlone) {
  Context context;
  ParameterSet inputs, untouched;
  AddInputs(GetParam(), inputs);
  AddInputs(GetParam(), untouched);

  RunOpCase(context, GetParam(), inputs);

  EXPECT_EQ(std::memcmp(inputs.values().data(), untouched.values().data(),
                        inputs.values().size() * sizeof(Real)),
            0);
}

INSTANTIATE_TEST_SUITE_P(AllOps, OpContractTest, testing::ValuesIn(OpCases(1)),
                         [](const auto& info) { return info.param.name; });

using OpThreadsTest = testing::TestWithParam<OpCase>;

TEST_P(OpThreadsTest, SameBitsOnOneTwoAndThreeThreads) {
  ParameterSet inputs;
  AddInputs(GetParam(), inputs);
  Context one;
  const OpResult expected = RunOpCase(one, GetParam(), inputs);

  for (int num_threads : {2, 3}) {
    SCOPED_TRACE(testing::Message() << num_threads << " threads");
    Context context({.num_threads = num_threads});
    inputs.ZeroGrads();
    ExpectSameBits(RunOpCase(context, GetParam(), inputs), expected);
  }
}

// Large enough for several pieces of work.
INSTANTIATE_TEST_SUITE_P(AllOps, OpThreadsTest, testing::ValuesIn(OpCases(2000)),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace ladder
