#ifndef LADDER_TESTS_OPS_OP_ERROR_CASES_H_
#define LADDER_TESTS_OPS_OP_ERROR_CASES_H_

#include <functional>
#include <string>
#include <vector>

#include "autodiff/tape.h"

namespace ladder {

// A call that dies.
struct OpErrorCase {
  std::string name;
  std::vector<Shape> shapes;  // of the arguments
  std::function<void(const std::vector<Variable>&)> call;
  std::vector<std::string> message;  // parts of it
};

std::vector<OpErrorCase> ImageErrorCases();

}  // namespace ladder

#endif  // LADDER_TESTS_OPS_OP_ERROR_CASES_H_
