#ifndef LADDER_TESTS_LADDER_RESOLVE_CONFIG_H_
#define LADDER_TESTS_LADDER_RESOLVE_CONFIG_H_

#include <string>

#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"

namespace ladder {

// A small config that is right, for tests of what is wrong in others.
inline constexpr char kConfig[] = R"(model {
  input { decoder { cost_weight: 5 } }
  layers {
    fully_connected { units: 4 }
    decoder {}
  }
  layers {
    fully_connected { units: 2 }
    decoder { combinator: SIGMOID }
  }
}
data {
  two_moons {}
  num_labeled: 6
}
training { adam {} }
deployment {}
)";

// kConfig with `from`, which it has once, replaced.
inline std::string Changed(const std::string& from, const std::string& to) {
  const std::string config = kConfig;
  EXPECT_NE(config.find(from), std::string::npos) << from;
  return absl::StrReplaceAll(config, {{from, to}});
}

}  // namespace ladder

#endif  // LADDER_TESTS_LADDER_RESOLVE_CONFIG_H_
