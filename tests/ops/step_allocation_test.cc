#include <cstdint>
#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ops/arithmetic.h"
#include "ops/reduction.h"
#include "tests/base/allocation_counter.h"
#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

// One step that runs every operation, forward and backward.
TEST(StepAllocationTest, NothingIsAllocatedFromTheThirdStepOn) {
  const std::vector<OpCase> cases = OpCases(500);
  std::vector<std::unique_ptr<ParameterSet>> inputs;
  for (const OpCase& op_case : cases) {
    inputs.push_back(std::make_unique<ParameterSet>());
    AddInputs(op_case, *inputs.back());
  }
  Context context({.num_threads = 2});
  std::vector<Variable> x;
  x.reserve(10);

  int64_t allocations[5];  // with operator new and by the arena, which counts on its own
  for (int64_t& count : allocations) {
    const int64_t before = NumAllocations() + context.arena().num_system_allocations();
    {
      Tape tape(&context);
      Variable loss = tape.Scalar(0);
      for (size_t i = 0; i < cases.size(); ++i) {
        x.clear();
        for (const auto& parameter : inputs[i]->parameters()) x.push_back(tape.Use(*parameter));
        loss = loss + Sum(cases[i].function(x));
      }
      tape.Backward(loss);
    }
    count = NumAllocations() + context.arena().num_system_allocations() - before;
  }

  EXPECT_GT(allocations[0], 0);
  EXPECT_EQ(allocations[2], 0);
  EXPECT_EQ(allocations[3], 0);
  EXPECT_EQ(allocations[4], 0);
}

}  // namespace
}  // namespace ladder
