// Prints what every case computes, one number a line after its name: "Add output[0] 0.25". Built in
// double, it is what op_precision_test holds the float build against.
#include <cstdio>

#include "tests/ops/op_cases.h"

namespace ladder {
namespace {

void Print(const std::string& name, const std::vector<Real>& values) {
  for (size_t i = 0; i < values.size(); ++i) {
    std::printf("%s[%zu] %.17g\n", name.c_str(), i, double{values[i]});
  }
}

}  // namespace
}  // namespace ladder

int main() {
  ladder::Context context;
  for (const ladder::OpCase& op_case : ladder::OpCases(1)) {
    ladder::ParameterSet inputs;
    ladder::AddInputs(op_case, inputs);
    const ladder::OpResult result = ladder::RunOpCase(context, op_case, inputs);
    ladder::Print(op_case.name + " output", result.output);
    for (size_t i = 0; i < result.gradients.size(); ++i) {
      ladder::Print(op_case.name + " dx" + std::to_string(i), result.gradients[i]);
    }
  }
}
