#include <limits>
#include <string>

#include "absl/strings/str_replace.h"
#include "base/json_text.h"
#include "base/text_table.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

TEST(TextTableTest, AlignsColumnsAndRepeatsTheLastAlignment) {
  EXPECT_EQ(TextTable({{"op", "ms", "share"}, {"MatMul", "12.5", "80 %"}, {"x"}}, "lr"),
            "op        ms  share\n"
            "MatMul  12.5   80 %\n"
            "x\n");
}

TEST(TextTableTest, NothingIsNoText) { EXPECT_EQ(TextTable({}, "l"), ""); }

TEST(JsonTextTest, HasAnItemALineAndDeeperOnesWhereTheyFitOrAreFlat) {
  const std::string word(60, 'x');
  const Json json = {
      {"error", 0.1},
      {"matrix", {{1, 2}, {3, 4}}},
      {"words", {{{"flat", 1}, {"first", word}, {"second", word}}, {{"deep", {word, word}}}}},
      {"none", Json::array()}};
  const std::string quoted = "\"" + word + "\"";
  const std::string expected = R"({
  "error": 0.1,
  "matrix": [[1, 2], [3, 4]],
  "words": [
    {"flat": 1, "first": WORD, "second": WORD},
    {
      "deep": [WORD, WORD]
    }
  ],
  "none": []
}
)";
  EXPECT_EQ(JsonText(json), absl::StrReplaceAll(expected, {{"WORD", quoted}}));
  EXPECT_EQ(Json::parse(JsonText(json)), json);
}

TEST(JsonTextTest, NothingAndOneValueAreALine) {
  EXPECT_EQ(JsonText(Json::object()), "{}\n");
  EXPECT_EQ(JsonText(Json(3)), "3\n");
}

TEST(JsonTextTest, EscapesKeysAndText) {
  const Json json = {{"a\"b", "c\nd"}, {"e", "\xff"}};
  EXPECT_EQ(JsonText(json), "{\n  \"a\\\"b\": \"c\\nd\",\n  \"e\": \"\xef\xbf\xbd\"\n}\n");
}

TEST(JsonTextTest, NumbersHaveAllDigitsOrAreNull) {
  const Json json = {1.0 / 3, std::numeric_limits<double>::quiet_NaN(),
                     std::numeric_limits<double>::infinity()};
  EXPECT_EQ(JsonText(json), "[\n  0.3333333333333333,\n  null,\n  null\n]\n");
}

}  // namespace
}  // namespace ladder
