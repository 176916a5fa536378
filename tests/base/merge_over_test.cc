#include <string>

#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "tests/base/recipe.pb.h"

namespace ladder {
namespace {

using ::ladder::testing::Recipe;

// A message and where its fields stand.
struct Parsed {
  Parsed(absl::string_view text, absl::string_view file) {
    EXPECT_TRUE(ParseTextProto(text, file, &recipe, &locations).ok());
  }
  // The same with the recipe `text` of the file patch.pbtxt laid over it.
  Parsed& MergedWith(absl::string_view text) {
    const Parsed patch(text, "patch.pbtxt");
    MergeOver(patch.recipe, patch.locations, &recipe, &locations);
    return *this;
  }
  std::string Text() const {
    std::string text = PrintTextProto(recipe);
    for (char& c : text) c = c == '\n' ? ' ' : c;
    return text;
  }
  std::string Place(absl::string_view path) const { return locations.Place(path); }

  Recipe recipe;
  FieldLocations locations;
};

// The base with the patch laid over it, as text in one line.
std::string Merged(absl::string_view base, absl::string_view patch) {
  return Parsed(base, "base.pbtxt").MergedWith(patch).Text();
}

TEST(MergeOverTest, ScalarsReplaceAndTheOthersStay) {
  EXPECT_EQ(Merged("name: 'a' minutes: 1 price: 2", "minutes: 3 vegan: false"),
            "name: \"a\" minutes: 3 price: 2 vegan: false ");
  EXPECT_EQ(Merged("name: 'a'", ""), "name: \"a\" ");
  EXPECT_EQ(Merged("", "name: 'a'"), "name: \"a\" ");
}

TEST(MergeOverTest, MessagesAreMergedFieldByField) {
  EXPECT_EQ(Merged("sauce { salt: 1 sauce { salt: 2 } }", "sauce { sauce { salt: 3 } }"),
            "sauce {   salt: 1   sauce {     salt: 3   } } ");
}

TEST(MergeOverTest, ListsOfMessagesAreMergedPlaceByPlace) {
  EXPECT_EQ(Merged("steps { tool: KNIFE } steps { tool: OVEN }",
                   "steps {} steps { sauce { salt: 1 } } steps { tool: KNIFE }"),
            "steps {   tool: KNIFE } steps {   tool: OVEN   sauce {     salt: 1   } } "
            "steps {   tool: KNIFE } ");
  EXPECT_EQ(Merged("steps { tool: KNIFE } steps { tool: OVEN }", "steps { tool: OVEN }"),
            "steps {   tool: OVEN } steps {   tool: OVEN } ");
}

TEST(MergeOverTest, OtherListsAreReplacedAsAWhole) {
  EXPECT_EQ(Merged("ratings: [1, 2, 3]", "ratings: 4"), "ratings: 4 ");
  EXPECT_EQ(Merged("ratings: [1, 2, 3]", "minutes: 4"),
            "minutes: 4 ratings: 1 ratings: 2 ratings: 3 ");
}

TEST(MergeOverTest, OfAOneofThePatchsMemberRemains) {
  EXPECT_EQ(Merged("steps { hot { degrees: 90 } }", "steps { cold {} }"),
            "steps {   cold {   } } ");
  EXPECT_EQ(Merged("steps { cold {} }", "steps { hot { degrees: 90 } }"),
            "steps {   hot {     degrees: 90   } } ");
  EXPECT_EQ(Merged("steps { hot { degrees: 90 } }", "steps { hot {} }"),
            "steps {   hot {     degrees: 90   } } ");
}

TEST(MergeOverTest, APlaceIsWhereTheFieldWasWrittenLast) {
  const Parsed merged =
      Parsed("name: 'a'\nminutes: 1\nsteps { tool: KNIFE }\nsteps {\n  tool: OVEN\n}", "base.pbtxt")
          .MergedWith("minutes: 2\n\nsteps {}\nsteps { sauce { salt: 1 } }");

  EXPECT_EQ(merged.Place("name"), "base.pbtxt:1:1");
  EXPECT_EQ(merged.Place("minutes"), "patch.pbtxt:1:1");
  EXPECT_EQ(merged.Place("steps[1].tool"), "base.pbtxt:5:3");
  EXPECT_EQ(merged.Place("steps[1].sauce.salt"), "patch.pbtxt:4:17");
  EXPECT_EQ(merged.Place("steps[1].hot"), "patch.pbtxt:4:1");  // absent: the message around it
  EXPECT_EQ(merged.Place("price"), "patch.pbtxt");
}

TEST(MergeOverTest, ThePlacesOfWhatIsGoneAreForgotten) {
  const Parsed merged =
      Parsed("ratings: 1\nratings: 2\nsteps { hot { degrees: 90 } }", "base.pbtxt")
          .MergedWith("ratings: 3 steps {\n cold {} }");

  EXPECT_EQ(merged.Place("ratings[0]"), "patch.pbtxt:1:1");
  EXPECT_EQ(merged.Place("ratings[1]"), "patch.pbtxt");
  EXPECT_EQ(merged.Place("steps[0].hot.degrees"), "patch.pbtxt:1:12");
  EXPECT_EQ(merged.Place("steps[0].cold"), "patch.pbtxt:2:2");
}

TEST(FieldLocationsTest, WithinAMessagePathsStartFromIt) {
  const Parsed soup("steps {}\nsteps {\n  sauce { salt: 1 }\n}\n", "soup.pbtxt");

  const FieldLocations step = soup.locations.Within("steps[1]");

  EXPECT_EQ(step.Place("sauce.salt"), "soup.pbtxt:3:11");
  EXPECT_EQ(step.Place(""), "soup.pbtxt:2:1");
  EXPECT_EQ(step.Place("tool"), "soup.pbtxt:2:1");
}

}  // namespace
}  // namespace ladder
