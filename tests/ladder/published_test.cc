// What Resolve says of the result that a config gives as published.
#include <string>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

absl::StatusOr<Experiment> ResolvePublished(const std::string& fields) {
  Experiment experiment;
  FieldLocations locations;
  const std::string text = absl::StrCat(
      "model { layers { fully_connected { units: 10 } } } data { digits {} }\npublished { ", fields,
      " }");
  const absl::Status status = ParseTextProto(text, "x.pbtxt", &experiment, &locations);
  if (!status.ok()) return status;
  return Resolve(experiment, locations);
}

std::string Error(const std::string& fields) {
  return std::string(ResolvePublished(fields).status().message());
}

TEST(PublishedTest, AMeanAndItsSourceAreEnough) {
  const Published published = ResolvePublished("source: 'a' mean: 0").value().published();

  EXPECT_EQ(published.metric(), Published::TEST_ERROR_PERCENT);
  EXPECT_TRUE(published.has_metric());
  EXPECT_EQ(published.spread_case(), Published::SPREAD_NOT_SET);
  EXPECT_FALSE(published.has_num_runs());
}

TEST(PublishedTest, AConfigWithoutAPublishedResultGetsNone) {
  Experiment experiment;
  FieldLocations locations;
  ASSERT_TRUE(
      ParseTextProto("model { layers { fully_connected { units: 10 } } } data { digits {} }",
                     "x.pbtxt", &experiment, &locations)
          .ok());

  EXPECT_FALSE(Resolve(experiment, locations).value().has_published());
}

TEST(PublishedTest, EveryFieldIsInItsRange) {
  EXPECT_EQ(Error("mean: 1"), "x.pbtxt:2:1: published.source is missing");
  EXPECT_EQ(Error("source: '' mean: 1"), "x.pbtxt:2:13: published.source is empty");
  EXPECT_EQ(Error("source: 'a'"), "x.pbtxt:2:1: published.mean is missing");
  EXPECT_EQ(Error("source: 'a' mean: -1"),
            "x.pbtxt:2:25: published.mean must be in [0, 100], got -1");
  EXPECT_EQ(Error("source: 'a' mean: 101"),
            "x.pbtxt:2:25: published.mean must be in [0, 100], got 101");
  EXPECT_EQ(Error("source: 'a' mean: nan"),
            "x.pbtxt:2:25: published.mean must be in [0, 100], got nan");
  EXPECT_EQ(Error("source: 'a' mean: 1 standard_deviation: -1"),
            "x.pbtxt:2:33: published.standard_deviation must be at least 0 and finite as a 32-bit "
            "float, got -1");
  EXPECT_EQ(Error("source: 'a' mean: 1 standard_error: -1"),
            "x.pbtxt:2:33: published.standard_error must be at least 0 and finite as a 32-bit "
            "float, got -1");
  EXPECT_EQ(Error("source: 'a' mean: 1 num_runs: 0"),
            "x.pbtxt:2:33: published.num_runs must be at least 1, got 0");
}

}  // namespace
}  // namespace ladder
