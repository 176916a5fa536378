#include "ladder/combinator.h"

#include <algorithm>
#include <vector>

#include "absl/types/span.h"
#include "base/check.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/combinator.h"
#include "ops/shape_ops.h"

namespace ladder {
namespace {

constexpr int kGaussParameters = 10;
constexpr int kSigmoidParameters = 9;
constexpr int kModulatedParameters = 10;  // c1, d1, c2, d2, ...

// Rows of the given numbers (from 0) are ones, the others zeros.
Initializer OnesInRows(absl::Span<const int> rows) {
  return [rows = std::vector<int>(rows.begin(), rows.end())](Tensor a) {
    std::fill_n(a.data(), a.size(), Real{0});
    const int64_t units = a.shape()[1];
    for (const int row : rows) std::fill_n(a.data() + row * units, units, Real{1});
  };
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

Parameter* AddCombinator(const Decoder& config, int64_t units, absl::string_view name,
                         ParameterSet* parameters) {
  switch (config.combinator()) {
    case Decoder::GAUSS:  // a2 = a7 = 1: at first z_est = 0
      return &parameters->Add(name, {kGaussParameters, units}, OnesInRows({1, 6}));
    case Decoder::SIGMOID:  // a2 = b1 = c2 = 1: at first z_est = z + sigmoid(z)
      return &parameters->Add(name, {kSigmoidParameters, units}, OnesInRows({1, 4, 6}));
    case Decoder::MODULATED:  // d1 = d3 = 1: at first z_est = z
      return &parameters->Add(name, {kModulatedParameters, units}, OnesInRows({1, 5}));
  }
  LADDER_CHECK(false) << "combinator " << config.combinator();
  return nullptr;
}

Variable Combine(const Decoder& config, Variable z, Variable u, Variable a) {
  switch (config.combinator()) {
    case Decoder::GAUSS:
      return GaussCombinator(z, u, a);
    case Decoder::SIGMOID:
      return SigmoidCombinator(z, u, a);
    case Decoder::MODULATED:
      return ModulatedCombinator(z, u, a);
  }
  LADDER_CHECK(false) << "combinator " << config.combinator();
  return {};
}

}  // namespace ladder
