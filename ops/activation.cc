#include "ops/activation.h"

#include "ops/elementwise.h"

namespace ladder {

Variable Relu(Variable x) {
  return UnaryOp(
      "Relu", x, [](Real x) { return x < 0 ? 0 : x; },
      [](Real dy, Real x, Real) { return x <= 0 ? 0 : dy; });
}

Variable LeakyRelu(Variable x, Real slope) {
  return UnaryOp(
      "LeakyRelu", x, [=](Real x) { return x * (x > 0 ? 1 : slope); },
      [=](Real dy, Real x, Real) { return dy * (x > 0 ? 1 : slope); });
}

}  // namespace ladder
