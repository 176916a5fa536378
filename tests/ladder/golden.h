#ifndef LADDER_TESTS_LADDER_GOLDEN_H_
#define LADDER_TESTS_LADDER_GOLDEN_H_

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "autodiff/parameter.h"
#include "base/file.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

// Comparing with the files of tests/golden, which its README.md describes.

namespace ladder {

using Json = nlohmann::json;

// Relative to the largest element of the golden tensor.
inline constexpr double kTolerance = sizeof(Real) == 8 ? 1e-11 : 2e-4;

inline Json ReadGolden(const std::string& name) {
  const absl::StatusOr<std::string> text = ReadFile("tests/golden/" + name + ".json");
  EXPECT_TRUE(text.ok()) << text.status();
  return Json::parse(*text);
}

inline std::vector<Real> Values(const Json& tensor) {
  std::vector<Real> values;
  for (const double value : tensor["values"]) values.push_back(static_cast<Real>(value));
  return values;
}

// The inputs of the batch: labeled rows, then unlabeled ones.
inline std::vector<Real> GoldenInputs(const Json& golden) {
  std::vector<Real> inputs = Values(golden["inputs"]["labeled"]);
  const std::vector<Real> unlabeled = Values(golden["inputs"]["unlabeled"]);
  inputs.insert(inputs.end(), unlabeled.begin(), unlabeled.end());
  return inputs;
}

// Sets the parameters, all of them, to the golden ones.
inline void SetParameters(const Json& golden, ParameterSet& parameters) {
  for (const auto& [name, tensor] : golden["parameters"].items()) {
    Parameter* parameter = parameters.Find(name);
    EXPECT_NE(parameter, nullptr) << name;
    if (parameter == nullptr) continue;
    const std::vector<Real> values = Values(tensor);
    EXPECT_EQ(parameter->shape().size(), values.size()) << name;
    std::copy(values.begin(), values.end(), parameter->value().data());
  }
  EXPECT_EQ(parameters.parameters().size(), golden["parameters"].size());
}

inline void ExpectNear(Tensor actual, const Json& expected, const std::string& name) {
  ASSERT_TRUE(actual) << name;
  const std::vector<double> values = expected["values"];
  ASSERT_EQ(actual.size(), values.size()) << name;
  double scale = 1e-3;
  for (const double value : values) scale = std::max(scale, std::abs(value));
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(actual[i], values[i], kTolerance * scale) << name << " element " << i;
  }
}

}  // namespace ladder

#endif  // LADDER_TESTS_LADDER_GOLDEN_H_
