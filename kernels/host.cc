#include "kernels/host.h"

#include <algorithm>

#include "base/check.h"

namespace ladder::kernels {

std::vector<Real> ToHost(Tensor x) { return std::vector<Real>(x.data(), x.data() + x.size()); }

Real ToScalar(Tensor x) {
  LADDER_CHECK(x && x.size() == 1) << "one element is asked for of " << x.shape();
  return x[0];
}

void FromHost(absl::Span<const Real> values, Tensor y) {
  LADDER_CHECK(static_cast<int64_t>(values.size()) == y.size())
      << values.size() << " values for " << y.shape();
  std::copy(values.begin(), values.end(), y.data());
}

}  // namespace ladder::kernels
