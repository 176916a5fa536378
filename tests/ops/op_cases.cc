#include "tests/ops/op_cases.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/philox.h"
#include "ops/arithmetic.h"
#include "ops/reduction.h"

namespace ladder {

std::vector<OpCase> OpCases(int64_t scale) {
  std::vector<OpCase> cases;
  for (const auto& family : {ElementwiseCases, ReductionCases, LayoutCases}) {
    for (OpCase& op_case : family(scale)) cases.push_back(std::move(op_case));
  }
  return cases;
}

void AddInputs(const OpCase& op_case, ParameterSet& parameters) {
  for (size_t i = 0; i < op_case.inputs.size(); ++i) {
    const OpInput& input = op_case.inputs[i];
    PhiloxSequence random({.seed = 1, .stream = static_cast<uint32_t>(i)});
    parameters.Add(absl::StrCat("x", i), input.shape, [&](Tensor x) {
      for (int64_t j = 0; j < x.size(); ++j) {
        const double value = input.low + (input.high - input.low) * random.UniformDouble();
        const double push = std::abs(value) < input.gap ? std::copysign(input.gap, value) : 0;
        x[j] = static_cast<Real>(value + push);
      }
    });
  }
}

Variable Project(Tape& tape, Variable output) {
  const Tensor weights = tape.NewTensor(output.shape());
  Uniform(1, {.seed = 2})(weights);
  return Sum(output * tape.Constant(weights));
}

}  // namespace ladder
