#include "kernels/initialize.h"

#include <algorithm>
#include <cstdint>

namespace ladder::kernels {

void InitializeConstant(Real value, Tensor y) { std::fill_n(y.data(), y.size(), value); }

void InitializeNormal(Real stddev, RandomKey key, Tensor y) {
  PhiloxSequence random(key);
  for (int64_t i = 0; i < y.size(); ++i) y[i] = static_cast<Real>(stddev * random.Normal());
}

void InitializeUniform(Real limit, RandomKey key, Tensor y) {
  PhiloxSequence random(key);
  for (int64_t i = 0; i < y.size(); ++i) {
    y[i] = static_cast<Real>(limit * (2 * random.UniformDouble() - 1));
  }
}

}  // namespace ladder::kernels
