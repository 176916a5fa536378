#include "tests/ops/op_cases.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/philox.h"
#include "ops/arithmetic.h"
#include "ops/reduction.h"

namespace ladder {

std::vector<OpCase> OpCases(int64_t scale) {
  std::vector<OpCase> cases;
  for (const auto& family : {ElementwiseCases, ReductionCases, LayoutCases, ImageCases}) {
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
        x[j] = static_cast<float>(value + push);
      }
    });
  }
}

Variable Project(Tape& tape, Variable output) {
  const Tensor weights = tape.NewTensor(output.shape());
  PhiloxSequence random({.seed = 2});
  for (int64_t i = 0; i < weights.size(); ++i) {
    weights[i] = static_cast<float>(2 * random.UniformDouble() - 1);
  }
  return Sum(output * tape.Constant(weights));
}

namespace {

OpResult Run(Tape& tape, const OpCase& op_case, const std::vector<Variable>& x) {
  const Variable output = op_case.function(x);
  if (output.needs_grad()) tape.Backward(Project(tape, output));

  OpResult result;
  const auto copy = [](Tensor x) {
    return x ? std::vector<Real>(x.data(), x.data() + x.size()) : std::vector<Real>();
  };
  result.output = copy(output.value());
  for (const Variable& variable : x) result.gradients.push_back(copy(variable.grad()));
  return result;
}

}  // namespace

OpResult RunOpCase(Context& context, const OpCase& op_case, ParameterSet& inputs,
                   const std::vector<bool>& is_constant) {
  Tape tape(&context);
  std::vector<Variable> x;
  for (const auto& parameter : inputs.parameters()) {
    const bool constant = x.size() < is_constant.size() && is_constant[x.size()];
    x.push_back(constant ? tape.Constant(parameter->value()) : tape.Use(*parameter));
  }
  return Run(tape, op_case, x);
}

OpResult RunOpCaseOnInputs(Context& context, const OpCase& op_case, ParameterSet& inputs) {
  Tape tape(&context);
  std::vector<Variable> x;
  for (const auto& parameter : inputs.parameters()) x.push_back(tape.Input(parameter->value()));
  return Run(tape, op_case, x);
}

}  // namespace ladder
