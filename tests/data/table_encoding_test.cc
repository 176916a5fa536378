#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "data/table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// A number, a color, an id, and the label.
TableSchema Schema() {
  TableSchema schema;
  TableSchema::Column* column = schema.add_columns();
  column->set_role(TableSchema::Column::ID);
  column = schema.add_columns();
  column->set_role(TableSchema::Column::INPUT);
  column->set_has_missing(true);
  column = schema.add_columns();
  column->set_role(TableSchema::Column::LABEL);
  column = schema.add_columns();
  column->set_role(TableSchema::Column::INPUT);
  column->set_has_missing(true);
  for (const char* color : {"blue", "green", "red"}) column->add_categories(color);
  column = schema.add_columns();
  column->set_role(TableSchema::Column::INPUT);
  return schema;
}

Dataset Rows(std::vector<float> inputs) {
  return {
      .example_shape = {3},
      .inputs = std::move(inputs),
      .columns = {{.name = "size", .has_missing = true},
                  {.name = "color", .categories = {"blue", "green", "red"}, .has_missing = true},
                  {.name = "age"}}};
}

std::vector<std::string> Names(const Dataset& dataset) {
  std::vector<std::string> names;
  for (const Column& column : dataset.columns) {
    names.push_back(column.name);
    EXPECT_TRUE(column.categories.empty());
  }
  return names;
}

TEST(FitMissingTest, TakesTheMeanAndTheMostFrequentCategoryOfTheRows) {
  TableSchema schema = Schema();
  FitMissing(Rows({1, 2, 10, 3, 1, 20, kMissing, 1, 30, 5, 2, 40, 100, 0, 1000, 8, kMissing, 50}),
             {0, 1, 2, 3, 5}, false, &schema);

  EXPECT_EQ(schema.columns(1).fill(), 4.25);
  EXPECT_EQ(schema.columns(3).fill(), 1);  // as frequent as 2
  EXPECT_EQ(schema.columns(4).fill(), 30);
  EXPECT_FALSE(schema.columns(1).missing_indicator());
}

TEST(FitMissingTest, SumsInDoublePrecision) {
  TableSchema schema = Schema();
  FitMissing(Rows({1e8f, 0, 0, 1, 0, 0, -1e8f, 0, 0, 1, 0, 0}), {0, 1, 2, 3}, false, &schema);

  EXPECT_EQ(schema.columns(1).fill(), 0.5);
}

TEST(FitMissingTest, FillsWithZeroWhereNothingIsPresent) {
  TableSchema schema = Schema();
  FitMissing(Rows({kMissing, kMissing, kMissing, 1, 1, 1}), {0}, false, &schema);

  EXPECT_EQ(schema.columns(1).fill(), 0);
  EXPECT_EQ(schema.columns(3).fill(), 0);
  FitMissing(Rows({}), {}, false, &schema);
  EXPECT_EQ(schema.columns(4).fill(), 0);
}

TEST(FitMissingTest, OnlyColumnsWithMissingCellsHaveAnIndicator) {
  TableSchema schema = Schema();
  FitMissing(Rows({1, 1, 1}), {0}, true, &schema);

  EXPECT_TRUE(schema.columns(1).missing_indicator());
  EXPECT_TRUE(schema.columns(3).missing_indicator());
  EXPECT_FALSE(schema.columns(4).missing_indicator());
}

TEST(EncodeTableTest, FillsMissingCellsAndMakesCategoriesFlags) {
  TableSchema schema = Schema();
  schema.mutable_columns(1)->set_fill(7.5);
  schema.mutable_columns(3)->set_fill(1);
  schema.mutable_columns(4)->set_fill(9);
  Dataset dataset = Rows({1, 2, 3, kMissing, kMissing, kMissing, 4, kNewCategory, 5});
  EncodeTable(schema, &dataset);

  EXPECT_THAT(dataset.example_shape, ElementsAre(5));
  EXPECT_THAT(std::get<std::vector<float>>(dataset.inputs),
              ElementsAre(1, 0, 0, 1, 3, 7.5, 0, 1, 0, 9, 4, 0, 0, 0, 5));
  EXPECT_THAT(Names(dataset), ElementsAre("size", "color=blue", "color=green", "color=red", "age"));
}

TEST(EncodeTableTest, SaysWhereCellsAreMissing) {
  TableSchema schema = Schema();
  schema.mutable_columns(1)->set_missing_indicator(true);
  schema.mutable_columns(3)->set_missing_indicator(true);
  Dataset dataset = Rows({1, 2, 3, kMissing, kMissing, 4});
  EncodeTable(schema, &dataset);

  EXPECT_THAT(std::get<std::vector<float>>(dataset.inputs),
              ElementsAre(1, 0, 0, 0, 1, 0, 3, 0, 1, 1, 0, 0, 1, 4));
  EXPECT_THAT(Names(dataset), ElementsAre("size", "size is missing", "color=blue", "color=green",
                                          "color=red", "color is missing", "age"));
}

TEST(EncodeTableTest, NoRowsStayNone) {
  Dataset dataset = Rows({});
  EncodeTable(Schema(), &dataset);

  EXPECT_EQ(dataset.num_examples(), 0);
  EXPECT_THAT(dataset.example_shape, ElementsAre(5));
}

}  // namespace
}  // namespace ladder
