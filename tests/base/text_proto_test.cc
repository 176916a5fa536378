#include "base/text_proto.h"

#include <cstdlib>
#include <limits>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "gtest/gtest.h"
#include "tests/base/recipe.pb.h"

namespace ladder {
namespace {

using ::ladder::testing::Recipe;
using ::ladder::testing::Step;

constexpr char kSoup[] = R"(# A soup.
name: "soup"
steps {
  tool: KNIFE
}
steps {
  tool: OVEN
  sauce { salt: -1 }
}
ratings: [ 3, 4 ]
)";

// A message and where its fields stand.
struct Parsed {
  explicit Parsed(absl::string_view text)
      : status(ParseTextProto(text, "soup.pbtxt", &recipe, &locations)) {}
  std::string Set(absl::string_view assignment) {
    return std::string(SetField(assignment, &recipe, &locations).message());
  }
  std::string Error(absl::string_view path, absl::string_view problem) {
    return std::string(locations.Error(path, problem).message());
  }

  Recipe recipe;
  FieldLocations locations;
  absl::Status status;
};

std::string ParseError(absl::string_view text) {
  const absl::Status status = Parsed(text).status;
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(TextProtoTest, ReadsAMessage) {
  const Parsed soup(kSoup);

  ASSERT_TRUE(soup.status.ok()) << soup.status;
  EXPECT_EQ(soup.recipe.name(), "soup");
  EXPECT_EQ(soup.recipe.steps(1).sauce().salt(), -1);
}

TEST(TextProtoTest, ErrorsSayLineAndColumn) {
  EXPECT_EQ(ParseError("name: \"x\"\n  minutes 3"), "soup.pbtxt:2:11: Expected \":\", found \"3\"");
  EXPECT_EQ(ParseError("minutes: ten"), "soup.pbtxt:1:10: Expected integer, got: ten");
  EXPECT_EQ(ParseError("minutes: 3000000000"),
            "soup.pbtxt:1:10: Integer out of range (3000000000)");
  EXPECT_EQ(ParseError("name: \"x\n"),
            "soup.pbtxt:1:9: String literals cannot cross line boundaries");
  EXPECT_EQ(ParseError("steps {\n"), "soup.pbtxt:2:1: Expected identifier, got: ");
}

TEST(TextProtoTest, AFieldWrittenTwiceIsAnError) {
  EXPECT_EQ(ParseError("minutes: 1 minutes: 2"),
            "soup.pbtxt:1:19: Non-repeated field \"minutes\" is specified multiple times");
  EXPECT_EQ(ParseError("sauce {} sauce {}"),
            "soup.pbtxt:1:16: Non-repeated field \"sauce\" is specified multiple times");
}

TEST(TextProtoTest, AnUnknownNameListsTheKnownOnes) {
  EXPECT_EQ(ParseError("steps { sauce { sugar: 1 } }"),
            "soup.pbtxt:1:22: Message type \"ladder.testing.Sauce\" has no field named "
            "\"sugar\"; it has salt, sauce");
  EXPECT_EQ(ParseError("steps { tool: knife }"),
            "soup.pbtxt:1:21: Unknown enumeration value of \"knife\" for field \"tool\"; "
            "allowed are KNIFE, OVEN");
}

TEST(TextProtoTest, NestingWithoutEndIsAnError) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += "sauce{";

  EXPECT_EQ(ParseError(text).substr(0, 11), "soup.pbtxt:");
}

TEST(TextProtoTest, AMissingFileIsNamed) {
  Parsed soup("");

  const absl::Status status = ReadTextProto("/missing.pbtxt", &soup.recipe, &soup.locations);

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "cannot read /missing.pbtxt: No such file or directory");
}

TEST(TextProtoTest, ARelativePathStartsWhereThePersonIs) {
  ASSERT_TRUE(WriteFileAtomically(::testing::TempDir() + "/x.pbtxt", "minutes: x").ok());
  Parsed soup("");

  setenv("BUILD_WORKING_DIRECTORY", ::testing::TempDir().c_str(), 1);
  const absl::Status status = ReadTextProto("x.pbtxt", &soup.recipe, &soup.locations);
  unsetenv("BUILD_WORKING_DIRECTORY");

  EXPECT_EQ(status.message(), "x.pbtxt:1:10: Expected integer, got: x");
}

TEST(FieldLocationsTest, AFieldIsWhereItIsWritten) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Error("name", "is dull"), "soup.pbtxt:2:1: name is dull");
  EXPECT_EQ(soup.Error("steps[1].sauce.salt", "must be at least 0, got -1"),
            "soup.pbtxt:8:11: steps[1].sauce.salt must be at least 0, got -1");
  EXPECT_EQ(soup.Error("steps[1]", "is late"), "soup.pbtxt:6:1: steps[1] is late");
  EXPECT_EQ(soup.Error("ratings[1]", "is high"), "soup.pbtxt:10:1: ratings[1] is high");
  EXPECT_EQ(soup.Error("ratings", "are high"), "soup.pbtxt:10:1: ratings are high");
}

TEST(FieldLocationsTest, AnAbsentFieldIsWhereTheMessageAroundItIs) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Error("steps[1].hot.degrees", "is missing"),
            "soup.pbtxt:6:1: steps[1].hot.degrees is missing");
  EXPECT_EQ(soup.Error("sauce", "is missing"), "soup.pbtxt: sauce is missing");
  EXPECT_EQ(soup.Error("steps[2]", "is missing"), "soup.pbtxt: steps[2] is missing");
  EXPECT_EQ(soup.Error("", "is no soup"), "soup.pbtxt: is no soup");
}

TEST(FieldLocationsTest, WithoutAFileOnlyThePathIsNamed) {
  EXPECT_EQ(FieldLocations().Error("a.b", "is wrong").message(), "a.b is wrong");
}

TEST(SetFieldTest, SetsEachKindOfField) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Set("name=a b=c"), "");
  EXPECT_EQ(soup.Set("minutes=-3"), "");
  EXPECT_EQ(soup.Set("seed=18446744073709551615"), "");
  EXPECT_EQ(soup.Set("price=1e-3"), "");
  EXPECT_EQ(soup.Set("vegan=true"), "");
  EXPECT_EQ(soup.Set("steps[1].tool=KNIFE"), "");
  EXPECT_EQ(soup.Set("ratings[0]=7"), "");

  EXPECT_EQ(soup.recipe.name(), "a b=c");
  EXPECT_EQ(soup.recipe.minutes(), -3);
  EXPECT_EQ(soup.recipe.seed(), std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(soup.recipe.price(), 1e-3);
  EXPECT_TRUE(soup.recipe.vegan());
  EXPECT_EQ(soup.recipe.steps(1).tool(), Step::KNIFE);
  EXPECT_EQ(soup.recipe.ratings(0), 7);
  EXPECT_EQ(soup.recipe.ratings(1), 4);
}

TEST(SetFieldTest, MakesTheMessagesAboveAField) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Set("steps[0].sauce.sauce.salt=2"), "");

  EXPECT_EQ(soup.recipe.steps(0).sauce().sauce().salt(), 2);
}

TEST(SetFieldTest, ReplacesAMessage) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Set("steps[1]={hot {degrees: 90}}"), "");

  ASSERT_EQ(soup.recipe.steps_size(), 2);
  EXPECT_EQ(soup.recipe.steps(0).tool(), Step::KNIFE);
  EXPECT_FALSE(soup.recipe.steps(1).has_tool());
  EXPECT_EQ(soup.recipe.steps(1).hot().degrees(), 90);
  // Where the old value was written is forgotten.
  EXPECT_EQ(soup.Error("steps[1].sauce.salt", "is missing"),
            "--set steps[1]={hot {degrees: 90}}: steps[1].sauce.salt is missing");

  EXPECT_EQ(soup.Set("sauce.salt=1"), "");
  EXPECT_EQ(soup.Set("sauce={sauce {}}"), "");
  EXPECT_FALSE(soup.recipe.sauce().has_salt());
}

TEST(SetFieldTest, TheLastMemberOfAOneofRemains) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Set("steps[0].hot.degrees=90"), "");
  EXPECT_EQ(soup.Set("steps[0].cold={}"), "");

  EXPECT_TRUE(soup.recipe.steps(0).has_cold());
}

TEST(SetFieldTest, IsThePlaceOfTheField) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Set("steps[1].sauce.salt=-2"), "");
  EXPECT_EQ(soup.Set("sauce.sauce.salt=-3"), "");

  EXPECT_EQ(soup.Set("ratings[01]=-4"), "");
  EXPECT_EQ(soup.Error("ratings[1]", "is low"), "--set ratings[01]=-4: ratings[1] is low");
  EXPECT_EQ(soup.Error("steps[1].sauce.salt", "is negative"),
            "--set steps[1].sauce.salt=-2: steps[1].sauce.salt is negative");
  EXPECT_EQ(soup.Error("steps[1].sauce.sauce", "is missing"),
            "soup.pbtxt:8:3: steps[1].sauce.sauce is missing");
  EXPECT_EQ(soup.Error("sauce.salt", "is missing"),
            "--set sauce.sauce.salt=-3: sauce.salt is missing");
}

TEST(SetFieldTest, AnUnknownFieldListsTheKnownOnes) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Set("nam=x"),
            "--set nam=x: Recipe has no field \"nam\"; it has name, minutes, seed, price, vegan, "
            "steps, ratings, sauce");
  EXPECT_EQ(soup.Set("steps[0].sauce.sugar=1"),
            "--set steps[0].sauce.sugar=1: steps[0].sauce has no field \"sugar\"; it has salt, "
            "sauce");
  EXPECT_EQ(soup.Set("steps[0].cold.degrees=1"),
            "--set steps[0].cold.degrees=1: steps[0].cold has no field \"degrees\"; it has no "
            "fields");
  EXPECT_EQ(soup.Set("minutes.x=1"),
            "--set minutes.x=1: minutes has no fields: it is an integer from -2147483648 to "
            "2147483647");
  EXPECT_EQ(soup.Set("=1").substr(0, 32), "--set =1: Recipe has no field \"\"");
  EXPECT_EQ(soup.Set("sauce.=1"), "--set sauce.=1: sauce has no field \"\"; it has salt, sauce");
}

TEST(SetFieldTest, WithoutAValueIsAnError) {
  EXPECT_EQ(Parsed(kSoup).Set("minutes"), "--set minutes: expected field.path=value");
  EXPECT_EQ(Parsed(kSoup).Set(""), "--set : expected field.path=value");
}

TEST(SetFieldTest, AnElementIsAddedAtTheEndOfAList) {
  Parsed soup(kSoup);

  EXPECT_EQ(soup.Set("ratings[2]=5"), "");
  EXPECT_EQ(soup.Set("steps[2]={tool: KNIFE}"), "");
  EXPECT_EQ(soup.Set("steps[2].sauce.salt=3"), "");

  ASSERT_EQ(soup.recipe.ratings_size(), 3);
  EXPECT_EQ(soup.recipe.ratings(1), 4);
  EXPECT_EQ(soup.recipe.ratings(2), 5);
  ASSERT_EQ(soup.recipe.steps_size(), 3);
  EXPECT_EQ(soup.recipe.steps(1).tool(), Step::OVEN);
  EXPECT_EQ(soup.recipe.steps(2).tool(), Step::KNIFE);
  EXPECT_EQ(soup.Error("ratings[2]", "is high"), "--set ratings[2]=5: ratings[2] is high");
  EXPECT_EQ(soup.Set("ratings[4]=5"),
            "--set ratings[4]=5: ratings is a list: write ratings[0] to ratings[2], or ratings[3] "
            "to add an element");
  EXPECT_EQ(Parsed("").Set("ratings[0]=1"), "");
  EXPECT_EQ(Parsed("").Set("ratings[1]=1"),
            "--set ratings[1]=1: ratings is an empty list: write ratings[0] to add an element");
}

TEST(SetFieldTest, AStarIsEveryElementOfAList) {
  Parsed soup("steps { sauce { salt: 1 } } steps {} ratings: [3, 4]");

  EXPECT_EQ(soup.Set("steps[*].sauce.salt=-2"), "");
  EXPECT_EQ(soup.Set("ratings[*]=7"), "");

  EXPECT_EQ(soup.recipe.steps(0).sauce().salt(), -2);
  EXPECT_EQ(soup.recipe.steps(1).sauce().salt(), -2);
  ASSERT_EQ(soup.recipe.ratings_size(), 2);
  EXPECT_EQ(soup.recipe.ratings(0), 7);
  EXPECT_EQ(soup.recipe.ratings(1), 7);
  EXPECT_EQ(soup.Error("steps[1].sauce.salt", "is negative"),
            "--set steps[*].sauce.salt=-2: steps[1].sauce.salt is negative");
}

TEST(SetFieldTest, ThereMayBeSeveralStars) {
  Parsed soup("steps { times: [1, 2] } steps { times: 3 }");

  EXPECT_EQ(soup.Set("steps[*].times[*]=5"), "");

  EXPECT_EQ(soup.recipe.steps(0).times_size(), 2);
  EXPECT_EQ(soup.recipe.steps(0).times(1), 5);
  EXPECT_EQ(soup.recipe.steps(1).times(0), 5);
}

TEST(SetFieldTest, AStarNeedsAListThatIsNotEmpty) {
  EXPECT_EQ(Parsed("").Set("steps[*].tool=KNIFE"),
            "--set steps[*].tool=KNIFE: steps is an empty list");
  EXPECT_EQ(Parsed("").Set("ratings[*]=1"), "--set ratings[*]=1: ratings is an empty list");
  EXPECT_EQ(Parsed(kSoup).Set("steps[*].times[*]=1"),
            "--set steps[*].times[*]=1: steps[0].times is an empty list");
  EXPECT_EQ(Parsed("").Set("minutes[*]=1"), "--set minutes[*]=1: minutes is not a list");
  EXPECT_EQ(Parsed("").Set("sauce.pans[*]=1"),
            "--set sauce.pans[*]=1: sauce has no field \"pans\"; it has salt, sauce");
  EXPECT_EQ(Parsed(kSoup).Set("steps[*].tool=SPOON"),
            "--set steps[*].tool=SPOON: steps[0].tool must be one of KNIFE, OVEN, got \"SPOON\"");
}

TEST(SetFieldTest, ABadIndexSaysWhichThereAre) {
  for (const std::string path : {"steps", "steps[2]", "steps[-1]", "steps[x]", "steps[", "steps[]",
                                 "steps[99999999999]", "steps[0]]"}) {
    const std::string assignment = path + ".tool=KNIFE";
    EXPECT_EQ(Parsed(kSoup).Set(assignment),
              "--set " + assignment + ": steps is a list: write steps[0] to steps[1]");
  }
  EXPECT_EQ(Parsed("").Set("steps[0].tool=KNIFE"),
            "--set steps[0].tool=KNIFE: steps is an empty list");
  EXPECT_EQ(Parsed(kSoup).Set("minutes[0]=1"), "--set minutes[0]=1: minutes is not a list");
}

TEST(SetFieldTest, ABadValueSaysWhatIsAllowed) {
  EXPECT_EQ(Parsed("").Set("minutes=ten"),
            "--set minutes=ten: minutes must be an integer from -2147483648 to 2147483647, got "
            "\"ten\"");
  EXPECT_EQ(Parsed("").Set("minutes=1.5").substr(0, 48),
            "--set minutes=1.5: minutes must be an integer fr");
  EXPECT_EQ(Parsed("").Set("seed=-1"),
            "--set seed=-1: seed must be an integer from 0 to 18446744073709551615, got \"-1\"");
  EXPECT_EQ(Parsed("").Set("price=1 2"), "--set price=1 2: price must be a number, got \"1 2\"");
  EXPECT_EQ(Parsed("").Set("vegan=yes"),
            "--set vegan=yes: vegan must be true or false, got \"yes\"");
  EXPECT_EQ(Parsed(kSoup).Set("steps[0].tool=SPOON"),
            "--set steps[0].tool=SPOON: steps[0].tool must be one of KNIFE, OVEN, got \"SPOON\"");
  EXPECT_EQ(Parsed(kSoup).Set("sauce=1"),
            "--set sauce=1: sauce must be {...} with salt, sauce, got \"1\"");
  EXPECT_EQ(Parsed(kSoup).Set("sauce={sugar: 1}"),
            "--set sauce={sugar: 1}: Message type \"ladder.testing.Sauce\" has no field named "
            "\"sugar\"; it has salt, sauce");
  EXPECT_EQ(Parsed(kSoup).Set("sauce={} {}"), "--set sauce={} {}: sauce has text after its last }");
  EXPECT_EQ(Parsed("").Set("minutes=a\nb").substr(0, 19), "--set minutes=a\\nb:");
}

TEST(SetFieldTest, AnyOneWrongByteIsAnErrorOrAValue) {
  for (const std::string assignment :
       {"steps[1].sauce.salt=-1", "sauce={salt: 3 sauce {}}", "ratings[0]=12", "name=x"}) {
    for (size_t i = 0; i < assignment.size(); ++i) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string changed = assignment;
        changed[i] = static_cast<char>(byte);

        const std::string error = Parsed(kSoup).Set(changed);

        EXPECT_TRUE(error.empty() || absl::StartsWith(error, "--set ")) << error;
        EXPECT_EQ(error.find('\n'), std::string::npos) << error;
      }
    }
  }
}

TEST(WriteTextProtoTest, WhatIsWrittenReadsAsAnEqualMessage) {
  Parsed soup(kSoup);
  soup.recipe.set_name("Sm\xc3\xb8r \"br\xff\xc3\xb8\n\x01");
  soup.recipe.set_price(0.1);
  const std::string path = ::testing::TempDir() + "/written.pbtxt";

  ASSERT_TRUE(WriteTextProto(path, soup.recipe).ok());

  Parsed copy("");
  ASSERT_TRUE(ReadTextProto(path, &copy.recipe, &copy.locations).ok());
  EXPECT_EQ(copy.recipe.name(), soup.recipe.name());
  EXPECT_EQ(copy.recipe.SerializeAsString(), soup.recipe.SerializeAsString());
}

TEST(WriteTextProtoTest, NumbersAreAsShortAsTheyCanBe) {
  Recipe recipe;
  recipe.set_price(0.1);

  EXPECT_EQ(PrintTextProto(recipe), "price: 0.1\n");
}

TEST(WriteTextProtoTest, AFailureNamesThePath) {
  EXPECT_EQ(WriteTextProto("/missing/x.pbtxt", Recipe()).message(),
            "cannot write /missing/x.pbtxt: No such file or directory");
}

}  // namespace
}  // namespace ladder
