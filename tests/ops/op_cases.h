#ifndef LADDER_TESTS_OPS_OP_CASES_H_
#define LADDER_TESTS_OPS_OP_CASES_H_

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "autodiff/tape.h"

namespace ladder {

// One argument of a case: independent uniform numbers, the same in every run.
struct OpInput {
  Shape shape;
  double low = -2;
  double high = 2;
  // Numbers nearer to 0 than this are moved away from it, for functions with a kink at 0.
  double gap = 0;
};

// How to call one operation. All tests of all operations (gradient, accumulation, memory,
// determinism, precision) are made of these.
struct OpCase {
  std::string name;  // a CamelCase identifier, unique
  std::vector<OpInput> inputs;
  std::function<Variable(const std::vector<Variable>& x)> function;

  friend std::ostream& operator<<(std::ostream& out, const OpCase& op_case) {
    return out << op_case.name;
  }
};

// The cases. The first sizes of the inputs grow with `scale`: 1 for what looks at each element,
// thousands for work that is divided among threads.
std::vector<OpCase> OpCases(int64_t scale);

// Their families.
std::vector<OpCase> ElementwiseCases(int64_t scale);
std::vector<OpCase> ReductionCases(int64_t scale);  // and softmax, losses, normalization
std::vector<OpCase> LayoutCases(int64_t scale);     // and matrix products, noise
std::vector<OpCase> ImageCases(int64_t scale);      // convolution, pooling

// Adds a case's inputs to a set as parameters x0, x1, ... Their values fit a float.
void AddInputs(const OpCase& op_case, ParameterSet& parameters);

// The output of the case times fixed random numbers, added up: [].
Variable Project(Tape& tape, Variable output);

// What came out of one step.
struct OpResult {
  std::vector<Real> output;
  std::vector<std::vector<Real>> gradients;  // of each input; empty if it was constant
};

// Runs a case forward and backward: the gradients of Project(output). Where is_constant[i], input i
// is a Constant, and a parameter otherwise.
OpResult RunOpCase(Context& context, const OpCase& op_case, ParameterSet& inputs,
                   const std::vector<bool>& is_constant = {});

// The same with Inputs in place of parameters: their gradients start from nothing, so that the
// first to write one may assign it.
OpResult RunOpCaseOnInputs(Context& context, const OpCase& op_case, ParameterSet& inputs);

}  // namespace ladder

#endif  // LADDER_TESTS_OPS_OP_CASES_H_
