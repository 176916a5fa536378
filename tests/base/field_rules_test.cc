#include "base/field_rules.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "tests/base/recipe.pb.h"

namespace ladder {
namespace {

// What is wrong with a message of type T with these fields, at "x.pbtxt:1:COLUMN"; empty: nothing.
template <class T = testing::Ruled>
std::string Error(absl::string_view text) {
  T message;
  FieldLocations locations;
  EXPECT_TRUE(ParseTextProto(text, "x", &message, &locations).ok()) << text;
  return std::string(CheckFieldRules(message, "", FieldCheck(&locations)).message());
}

// The same of a field beside the name, which is required.
std::string FieldError(absl::string_view field) { return Error(absl::StrCat(field, " name: 'a'")); }

TEST(FieldRulesTest, WhatIsRequiredIsThere) {
  EXPECT_EQ(Error("count: 1"), "x: name is missing");
  EXPECT_EQ(Error("name: 'a'"), "");
  EXPECT_EQ(FieldError("inner {}"), "x:1:1: inner.name is missing");
  EXPECT_EQ(FieldError("list { name: 'b' } list {}"), "x:1:20: list[1].name is missing");
  EXPECT_EQ(Error<testing::Nonempty>(""), "x: numbers is missing");
  EXPECT_EQ(Error<testing::Nonempty>("numbers: 0"), "");
}

TEST(FieldRulesTest, IntegersAreInTheirRanges) {
  EXPECT_EQ(FieldError("count: 0"), "x:1:1: count must be at least 1, got 0");
  EXPECT_EQ(FieldError("count: 1"), "");
  EXPECT_EQ(FieldError("size: 0"), "x:1:1: size must be from 1 to 2147483647, got 0");
  EXPECT_EQ(FieldError("size: 9223372036854775807"),
            "x:1:1: size must be from 1 to 2147483647, got 9223372036854775807");
  EXPECT_EQ(FieldError("size: 2147483647"), "");
  EXPECT_EQ(FieldError("few: 5"), "x:1:1: few must be below 5, got 5");
  EXPECT_EQ(FieldError("digits: [9, 10]"), "x:1:1: digits[1] must be at most 9, got 10");
  EXPECT_EQ(FieldError("anything: -2147483648"), "");
}

TEST(FieldRulesTest, NumbersOfOneBoundAreFiniteAsFloats) {
  for (const std::string value : {"-1", "inf", "nan", "1e+39"}) {
    EXPECT_EQ(FieldError("not_negative: " + value),
              "x:1:1: not_negative must be at least 0 and finite as a 32-bit float, got " + value);
  }
  EXPECT_EQ(FieldError("not_negative: 0"), "");
  for (const std::string value : {"0", "1e-50", "nan"}) {
    EXPECT_EQ(FieldError("positive: " + value),
              "x:1:1: positive must be above 0 and finite as a 32-bit float, got " + value);
  }
  EXPECT_EQ(FieldError("positive: 1e-37"), "");
  EXPECT_EQ(FieldError("weights: 1 weights: -2"),
            "x:1:12: weights[1] must be above 0 and finite as a 32-bit float, got -2");
}

TEST(FieldRulesTest, NumbersOfTwoBoundsAreInAnInterval) {
  for (const std::string value : {"-0.1", "1", "nan"}) {
    EXPECT_EQ(FieldError("fraction: " + value), "x:1:1: fraction must be in [0, 1), got " + value);
  }
  EXPECT_EQ(FieldError("fraction: 0"), "");
  for (const std::string value : {"0", "1.5"}) {
    EXPECT_EQ(FieldError("share: " + value), "x:1:1: share must be in (0, 1], got " + value);
  }
  EXPECT_EQ(FieldError("share: 1"), "");
}

TEST(FieldRulesTest, TextsAreNotEmpty) {
  EXPECT_EQ(Error("name: ''"), "x:1:1: name is empty");
  EXPECT_EQ(FieldError("list { name: 'a\\0b' }"), "x:1:8: list[0].name has a zero byte in it");
}

TEST(FieldRulesTest, PathsBecomeAbsoluteAndOtherTextsStay) {
  testing::Ruled message;
  message.set_name("name");
  message.mutable_inner()->set_path("folder/file");
  message.set_path("/absolute");

  MakePathsAbsolute(&message);

  EXPECT_EQ(message.name(), "name");
  EXPECT_EQ(message.path(), "/absolute");
  EXPECT_EQ(message.inner().path()[0], '/');
}

}  // namespace
}  // namespace ladder
