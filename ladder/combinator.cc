#include "ladder/combinator.h"

#include <vector>

#include "absl/types/span.h"
#include "base/check.h"
#include "kernels/initialize.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/combinator.h"
#include "ops/shape_ops.h"

namespace ladder {
namespace {

bool IsMlp(const Decoder& config) {
  return config.combinator() == Decoder::MLP || config.combinator() == Decoder::AMLP;
}

// A combinator's parameters, and which of them (from 0) start as one, while the others start as
// zero.
struct Parameters {
  int64_t count;
  std::vector<int> ones;
};

Parameters ParametersOf(const Decoder& config) {
  switch (config.combinator()) {
    case Decoder::GAUSS:  // a2 = a7 = 1: at first z_est = 0
      return {10, {1, 6}};
    case Decoder::GATED_GAUSS:  // a2 = a6 = 1: at first z_est = sigmoid(u) z
      return {7, {1, 5}};
    case Decoder::SIGMOID:  // a2 = b1 = c2 = 1: at first z_est = z + sigmoid(z); or the same of u
      if (config.reversed_start()) return {9, {2, 4, 7}};
      return {9, {1, 4, 6}};
    case Decoder::NOMULT:  // the same
      return {7, {1, 3, 5}};
    case Decoder::NOSIG:
      return {4, {1}};
    case Decoder::LINEAR:
      return {3, {1}};
    case Decoder::NO_LATERAL:
      return {2, {1}};
    case Decoder::MLP:
    case Decoder::AMLP:
      return {MlpCombinatorParameters(config.hidden_units(), config.combinator() == Decoder::AMLP),
              {}};
    case Decoder::MODULATED:  // d1 = d3 = 1: at first z_est = z
      return {10, {1, 5}};
  }
  LADDER_CHECK(false) << "combinator " << config.combinator();
  return {};
}

void FillRow(Tensor a, int64_t row, Real value) {
  kernels::InitializeConstant(value, a.Rows(row, row + 1));
}

// The rows of biases: after the weights of each unit.
void ClearBiases(const Decoder& config, Tensor a) {
  int64_t below = config.combinator() == Decoder::AMLP ? 3 : 2;
  int64_t row = 0;
  const auto clear_layer = [&](int64_t units) {
    for (int64_t i = 0; i < units; ++i) {
      row += below;
      FillRow(a, row++, 0);
    }
    below = units;
  };
  for (const int32_t units : config.hidden_units()) clear_layer(units);
  clear_layer(1);
}

// z^ = a1 z + a2 sigmoid(a3 z + a4) + a5 with a_j = c_j u + d_j.
Variable ModulatedCombinator(Variable z, Variable u, Variable parameters) {
  const auto a = [&](int j) {
    const int64_t row = 2 * (j - 1);
    return Rows(parameters, row, row + 1) * u + Rows(parameters, row + 1, row + 2);
  };
  return a(1) * z + a(2) * Sigmoid(a(3) * z + a(4)) + a(5);
}

}  // namespace

int64_t NumCombinatorParameters(const Decoder& config) { return ParametersOf(config).count; }

Parameter* AddCombinator(const Decoder& config, int64_t units, absl::string_view name,
                         RandomKey key, ParameterSet* parameters) {
  const Parameters own = ParametersOf(config);
  return &parameters->Add(name, {own.count, units}, [&](Tensor a) {
    if (config.has_initial_stddev()) {
      Normal(static_cast<Real>(config.initial_stddev()), key)(a);
      if (IsMlp(config)) ClearBiases(config, a);
    } else {
      Zeros()(a);
      for (const int row : own.ones) FillRow(a, row, 1);
    }
  });
}

Variable Combine(const Decoder& config, Variable z, Variable u, Variable a) {
  switch (config.combinator()) {
    case Decoder::GAUSS:
      return GaussCombinator(z, u, a);
    case Decoder::GATED_GAUSS:
      return GatedGaussCombinator(z, u, a);
    case Decoder::SIGMOID:
      return SigmoidCombinator(z, u, a);
    case Decoder::NOMULT:
      return NoMultCombinator(z, u, a);
    case Decoder::NOSIG:
      return NoSigCombinator(z, u, a);
    case Decoder::LINEAR:
      return LinearCombinator(z, u, a);
    case Decoder::NO_LATERAL:
      return Rows(a, 0, 1) + Rows(a, 1, 2) * u;
    case Decoder::MLP:
    case Decoder::AMLP:
      return MlpCombinator(z, u, a, config.hidden_units(), config.combinator() == Decoder::AMLP);
    case Decoder::MODULATED:
      return ModulatedCombinator(z, u, a);
  }
  LADDER_CHECK(false) << "combinator " << config.combinator();
  return {};
}

}  // namespace ladder
