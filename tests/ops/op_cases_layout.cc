#include "ops/arithmetic.h"
#include "ops/shape_ops.h"
#include "tests/ops/op_cases.h"

namespace ladder {

using In = const std::vector<Variable>&;

std::vector<OpCase> LayoutCases(int64_t s) {
  return {
      {"Rows", {{{5 * s, 2, 3}}}, [s](In x) { return Rows(x[0], s, 3 * s); }},
      {"RowsOverlapping",
       {{{5 * s, 4}}},
       [s](In x) { return Rows(x[0], 0, 3 * s) * Rows(x[0], 2 * s, 5 * s); }},
  };
}

}  // namespace ladder
