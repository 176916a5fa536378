#include "ops/activation.h"

#include <cmath>
#include <numbers>

#include "kernels/vector_math.h"
#include "ops/elementwise.h"

namespace ladder {
namespace {

// erfc keeps its digits where 1 + erf would round to 0.
Real NormalDistribution(Real x) { return Real{0.5} * std::erfc(-x / std::numbers::sqrt2_v<Real>); }

Real NormalDensity(Real x) {
  constexpr Real kScale = std::numbers::inv_sqrtpi_v<Real> / std::numbers::sqrt2_v<Real>;
  return kScale * std::exp(Real{-0.5} * x * x);
}

}  // namespace

Variable Relu(Variable x) {
  return UnaryOp(
      "Relu", x, [](Real x) { return x < 0 ? 0 : x; },
      [](Real dy, Real x, Real) { return x <= 0 ? 0 : dy; });
}

Variable LeakyRelu(Variable x, Real slope) {
  Op op("LeakyRelu", {{"x", x}}, {{"slope", slope}});
  return UnaryOp(
      op, x, [=](Real x) { return x > 0 ? x : slope * x; },
      [=](Real dy, Real x, Real) { return x > 0 ? dy : slope * dy; });
}

Variable Elu(Variable x, Real alpha) {
  Op op("Elu", {{"x", x}}, {{"alpha", alpha}});
  return UnaryOp(
      op, x, [=](Real x) { return x > 0 ? x : alpha * std::expm1(x); },
      [=](Real dy, Real x, Real) { return x > 0 ? dy : dy * alpha * kernels::VectorExp(x); });
}

Variable Sigmoid(Variable x) {
  return UnaryOp(
      "Sigmoid", x, [](Real x) { return kernels::VectorSigmoid(x); },
      [](Real dy, Real, Real y) { return dy * y * (1 - y); });
}

Variable Tanh(Variable x) {
  return UnaryOp(
      "Tanh", x, [](Real x) { return kernels::VectorTanh(x); },
      [](Real dy, Real, Real y) { return dy * (1 - y * y); });
}

Variable Softplus(Variable x) {
  return UnaryOp(
      "Softplus", x, [](Real x) { return kernels::VectorSoftplus(x); },
      [](Real dy, Real x, Real) { return dy * kernels::VectorSigmoid(x); });
}

Variable Gelu(Variable x) {
  return UnaryOp(
      "Gelu", x, [](Real x) { return x * NormalDistribution(x); },
      [](Real dy, Real x, Real) { return dy * (NormalDistribution(x) + x * NormalDensity(x)); });
}

}  // namespace ladder
