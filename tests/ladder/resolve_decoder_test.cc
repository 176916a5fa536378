// What Resolve says of the combinator of a decoder.
#include <string>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

// The error about a decoder with these fields, after its place; empty if there is none.
std::string Error(const std::string& fields) {
  Experiment experiment;
  FieldLocations locations;
  const std::string text =
      absl::StrCat("model {\nlayers { fully_connected { units: 10 }\ndecoder { ", fields,
                   " } } }\ndata { digits {} }");
  EXPECT_TRUE(ParseTextProto(text, "x.pbtxt", &experiment, &locations).ok()) << text;
  const absl::Status status = Resolve(experiment, locations).status();
  const std::string message(status.message());
  const std::string path = "model.layers[0].decoder.";
  EXPECT_TRUE(status.ok() || message.find("x.pbtxt:3:") == 0) << message;
  return status.ok() ? "" : message.substr(message.find(path) + path.size());
}

TEST(ResolveDecoderTest, PerceptronsAndNoOthersHaveHiddenUnits) {
  EXPECT_EQ(Error("combinator: MLP initial_stddev: 0.1"), "hidden_units is missing");
  EXPECT_EQ(Error("combinator: AMLP hidden_units: 4"), "initial_stddev is missing");
  EXPECT_EQ(Error("hidden_units: 4"), "hidden_units is for the combinators MLP and AMLP alone");
  EXPECT_EQ(Error("combinator: MLP initial_stddev: 0.1 hidden_units: [4, 0]"),
            "hidden_units[1] must be from 1 to 64, got 0");
  EXPECT_EQ(Error("combinator: MLP initial_stddev: 0.1 hidden_units: [64, 1]"),
            "hidden_units must be at most 64 in all, got 65");
  EXPECT_EQ(Error("combinator: MLP initial_stddev: 0.1 hidden_units: [63, 1]"), "");
}

TEST(ResolveDecoderTest, ParametersStartInOneWay) {
  EXPECT_EQ(Error("initial_stddev: 0"),
            "initial_stddev must be above 0 and finite as a 32-bit float, got 0");
  EXPECT_EQ(Error("combinator: LINEAR reversed_start: true"),
            "reversed_start is for the combinator SIGMOID alone");
  EXPECT_EQ(Error("combinator: SIGMOID reversed_start: true initial_stddev: 0.2"),
            "reversed_start excludes initial_stddev");
  EXPECT_EQ(Error("combinator: SIGMOID reversed_start: true"), "");
  EXPECT_EQ(Error("combinator: LINEAR initial_stddev: 0.2"), "");
}

}  // namespace
}  // namespace ladder
