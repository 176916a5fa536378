#include <limits>
#include <string>

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
  const Json json = {{"error", 0.1},
                     {"matrix", {{1, 2}, {3, 4}}},
                     {"words", {{{"a", word}}, {{"b", {word, word}}}}},
                     {"none", Json::array()}};
  EXPECT_EQ(JsonText(json),
            "{\n"
            "  \"error\": 0.1,\n"
            "  \"matrix\": [[1, 2], [3, 4]],\n"
            "  \"words\": [\n"
            "    {\"a\": \"" +
                word +
                "\"},\n"
                "    {\"b\": [\"" +
                word +
                "\", 1]}\n"
                "  ],\n"
                "  \"none\": []\n"
                "}\n");
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
