#ifndef LADDER_TESTS_OPS_OP_TEST_H_
#define LADDER_TESTS_OPS_OP_TEST_H_

#include <limits>
#include <vector>

#include "autodiff/tape.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ops/reduction.h"

namespace ladder {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();
inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// A tape, and numbers in and out of it.
class OpTest : public testing::Test {
 protected:
  Variable Input(const Shape& shape, const std::vector<double>& values) {
    return tape_.Input(NewTensor(shape, values));
  }
  Variable Constant(const Shape& shape, const std::vector<double>& values) {
    return tape_.Constant(NewTensor(shape, values));
  }
  // Scalars and vectors.
  Variable Input(double value) { return Input({}, {value}); }
  Variable Input(const std::vector<double>& values) {
    return Input({static_cast<int64_t>(values.size())}, values);
  }

  Tensor NewTensor(const Shape& shape, const std::vector<double>& values) {
    LADDER_CHECK(shape.size() == static_cast<int64_t>(values.size()));
    const Tensor tensor = tape_.NewTensor(shape);
    for (int64_t i = 0; i < shape.size(); ++i) tensor[i] = static_cast<Real>(values[i]);
    return tensor;
  }

  // Adds to the gradients those of the sum of y.
  void Backward(Variable y) { tape_.Backward(Sum(y)); }

  static std::vector<double> Values(Tensor x) {
    return std::vector<double>(x.data(), x.data() + x.size());
  }
  static std::vector<double> Values(Variable x) { return Values(x.value()); }
  static std::vector<double> Grad(Variable x) { return Values(x.grad()); }

  Context context_{{.num_threads = 2, .poison_memory = true}};
  Tape tape_{&context_};
};

// Matches numbers that are equal but for rounding; NaN matches NaN.
inline testing::Matcher<std::vector<double>> Are(const std::vector<double>& expected,
                                                 double tolerance = 1e-6) {
  return testing::Pointwise(testing::NanSensitiveDoubleNear(tolerance), expected);
}

}  // namespace ladder

#endif  // LADDER_TESTS_OPS_OP_TEST_H_
