#include "tools/seeds.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using Seeds = std::vector<uint64_t>;

TEST(SeedsTest, AreNumbersAndRanges) {
  EXPECT_EQ(ParseSeeds("7").value(), Seeds({7}));
  EXPECT_EQ(ParseSeeds("1..4").value(), Seeds({1, 2, 3, 4}));
  EXPECT_EQ(ParseSeeds("1,3,7").value(), Seeds({1, 3, 7}));
  EXPECT_EQ(ParseSeeds("8,1..3").value(), Seeds({8, 1, 2, 3}));
  EXPECT_EQ(ParseSeeds("5..5").value(), Seeds({5}));
  EXPECT_EQ(ParseSeeds("0,18446744073709551614..18446744073709551615").value(),
            Seeds({0, UINT64_MAX - 1, UINT64_MAX}));
  EXPECT_EQ(ParseSeeds("1..1000").value().size(), 1000);
}

TEST(SeedsTest, MistakesAreTold) {
  const auto error = [](const std::string& text, const std::string& problem) {
    const absl::Status status = ParseSeeds(text).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << text;
    EXPECT_EQ(status.message(),
              absl::StrCat("--seeds=", text, ": ", problem,
                           "; allowed are whole numbers from 0 and ranges, such as 1..10 or "
                           "1..3,8"));
  };
  for (const char* text : {"", "x", "-1", "1.5", "1..", "..3", "1..2..3", "18446744073709551616"}) {
    error(text, absl::StrCat("\"", text, "\" is neither a seed nor a range"));
  }
  error("1,,2", "\"\" is neither a seed nor a range");
  error("1,two", "\"two\" is neither a seed nor a range");
  error("3..1", "3..1 runs backwards");
  error("1..3,2", "2 is there twice");
  error("1..1001", "more than 1000 seeds");
  error("1..1000,2000", "more than 1000 seeds");
  error("0..18446744073709551615", "more than 1000 seeds");
}

TEST(SeedsTest, ThreeInARowArePrintedAsARange) {
  EXPECT_EQ(FormatSeeds({}), "");
  EXPECT_EQ(FormatSeeds({4}), "4");
  EXPECT_EQ(FormatSeeds({1, 2}), "1,2");
  EXPECT_EQ(FormatSeeds({1, 2, 3, 8}), "1..3,8");
  EXPECT_EQ(FormatSeeds({1, 3, 4, 5}), "1,3..5");
  EXPECT_EQ(FormatSeeds({2, 2}), "2,2");
}

}  // namespace
}  // namespace ladder
