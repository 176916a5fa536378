#include "ladder/combinator.h"

#include <algorithm>
#include <vector>

#include "absl/types/span.h"
#include "base/check.h"
#include "ops/combinator.h"

namespace ladder {
namespace {

constexpr int kGaussParameters = 10;
constexpr int kSigmoidParameters = 9;

// Rows of the given numbers (from 0) are ones, the others zeros.
Initializer OnesInRows(absl::Span<const int> rows) {
  return [rows = std::vector<int>(rows.begin(), rows.end())](Tensor a) {
    std::fill_n(a.data(), a.size(), Real{0});
    const int64_t units = a.shape()[1];
    for (const int row : rows) std::fill_n(a.data() + row * units, units, Real{1});
  };
}

}  // namespace

Parameter* AddCombinator(const Decoder& config, int64_t units, absl::string_view name,
                         ParameterSet* parameters) {
  switch (config.combinator()) {
    case Decoder::GAUSS:  // a2 = a7 = 1: at first z_est = 0
      return &parameters->Add(name, {kGaussParameters, units}, OnesInRows({1, 6}));
    case Decoder::SIGMOID:  // a2 = b1 = c2 = 1: at first z_est = z + sigmoid(z)
      return &parameters->Add(name, {kSigmoidParameters, units}, OnesInRows({1, 4, 6}));
  }
  LADDER_CHECK(false) << "combinator " << config.combinator();
  return nullptr;
}

Variable Combine(const Decoder& config, Variable z, Variable u, Variable a) {
  return config.combinator() == Decoder::GAUSS ? GaussCombinator(z, u, a)
                                               : SigmoidCombinator(z, u, a);
}

}  // namespace ladder
