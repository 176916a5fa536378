#include "data/table.h"

#include <zlib.h>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/data/table_text.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using Header = TableOptions::Header;

std::vector<std::string> Names(const absl::StatusOr<Table>& table) {
  std::vector<std::string> names;
  for (const Column& column : table.value().dataset.columns) names.push_back(column.name);
  return names;
}

TEST(TableTest, ReadsNumbersAndClasses) {
  const auto table = Read("a,b,y\n1,2.5,cat\n-3,+4e-1,dog\n.5, 6. ,cat\n");

  EXPECT_THAT(Inputs(table), ElementsAre(1, 2.5, -3, 0.4f, 0.5, 6));
  EXPECT_THAT(table->dataset.labels, ElementsAre(0, 1, 0));
  EXPECT_THAT(table->dataset.class_names, ElementsAre("cat", "dog"));
  EXPECT_EQ(table->dataset.num_classes, 2);
  EXPECT_THAT(table->dataset.example_shape, ElementsAre(2));
  EXPECT_THAT(Names(table), ElementsAre("a", "b"));
  EXPECT_THAT(table->dataset.ids, IsEmpty());
  EXPECT_THAT(table->notes, IsEmpty());
}

TEST(TableTest, FindsTheSeparatorInTheFirstLineOutsideQuotes) {
  for (const char separator : {',', ';', '\t'}) {
    std::string text = "\"a,;\t\"|y\n1|p\n2|q\n";
    for (char& c : text) c = c == '|' ? separator : c;
    if (separator == ',') text = "\"a;\t\",y\n1,p\n2,q\n";
    EXPECT_THAT(Inputs(Read(text)), ElementsAre(1, 2)) << text;
  }
  EXPECT_THAT(Read("a;b,y\n1;2,p\n3;4,q\n", {.separator = ','})->schema.columns(0).name(), "a;b");
}

TEST(TableTest, QuotesHoldSeparatorsNewlinesAndQuotes) {
  const auto table = Read("a,b,y\n1,\"x,\"\"1\"\"\n2\",p\n2, \"x\" ,q\n\"3\",it's \"it\",p\n");

  EXPECT_THAT(Inputs(table), ElementsAre(1, 2, 2, 1, 3, 0));
  EXPECT_THAT(table->dataset.columns[1].categories, ElementsAre("it's \"it\"", "x", "x,\"1\"\n2"));
  EXPECT_EQ(Error(Read("a,y\n1,p\n2,\"q\n3,p\n")), "x.csv:3:3: the quote is not closed");
  EXPECT_EQ(Error(Read("a,y\n\"1\"2,p\n2,q\n")), "x.csv:2:4: expected a separator after the quote");
}

TEST(TableTest, ByteOrderMarksLineEndingsAndBlankLinesDoNotCount) {
  const auto table = Read("\xEF\xBB\xBF\r\n\r\na,y\r\n1,p\r\n  \r\n\n2,q\r\n\r\n");

  EXPECT_THAT(Inputs(table), ElementsAre(1, 2));
  EXPECT_THAT(Names(table), ElementsAre("a"));
  EXPECT_THAT(Inputs(Read("a\ty\n\t\n1\tp\n2\tq")), ElementsAre(IsMissing(), 1, 2));
}

TEST(TableTest, RowsHaveTheSameNumberOfColumns) {
  EXPECT_EQ(Error(Read("\na,b,y\n1,2,p\n3,q\n")),
            "x.csv:4:1: got 2 columns, expected 3 as in line 2");
  EXPECT_EQ(Error(Read("a,b,y\n1,2,p\n1,2,3,q\n")),
            "x.csv:3:1: got 4 columns, expected 3 as in line 1");
}

TEST(TableTest, ReadsGzipWhateverItsName) {
  const std::string packed = Gzip("a,y\n1,p\n2,q\n");

  EXPECT_THAT(Inputs(Read(packed)), ElementsAre(1, 2));
  EXPECT_THAT(Inputs(Read(packed + Gzip("3,q\n"))), ElementsAre(1, 2, 3));
  EXPECT_THAT(Error(Read(packed + "3,q\n")), HasSubstr("the file goes on behind its gzip data"));
  EXPECT_THAT(Error(Read(packed.substr(0, packed.size() - 9))), HasSubstr("ends early"));
  std::string damaged = packed;
  damaged[damaged.size() - 6] ^= 1;  // of the check sum
  EXPECT_THAT(Error(Read(damaged)), HasSubstr("damaged gzip data"));
}

TEST(TableTest, ManyCellsSayThatAValueIsMissing) {
  for (const std::string cell :
       {"", "?", "NA", "na", "NaN", "nan", "null", "NULL", "N/A", "n/a", " ", "\"\"", "\" NA \""}) {
    const auto table = Read("a,b,y\n" + cell + ",1,p\n2,3,q\n");
    EXPECT_THAT(Inputs(table), ElementsAre(IsMissing(), 1, 2, 3)) << cell;
    EXPECT_TRUE(table->dataset.columns[0].has_missing);
    EXPECT_FALSE(table->dataset.columns[1].has_missing);
    EXPECT_TRUE(table->schema.columns(0).has_missing());
  }
}

TEST(TableTest, NumbersAreDecimal) {
  for (const std::string cell : {"0x1", "0x1p3", "+-1", "-+1", "--1", "1e", "1e+", "inf", "-inf",
                                 "infinity", "nan(1)", ".", "-", "+", "1_0", "1 2", "2O"}) {
    const auto table = Read("a,b,y\n" + cell + ",1,p\n2,3,q\n");
    ASSERT_TRUE(table.ok()) << Error(table);
    // No number in the first column: both are words.
    EXPECT_EQ(table->dataset.columns[0].categories.size(), 2u) << cell;
  }
  EXPECT_THAT(Inputs(Read("a,y\n1e-999,p\n-1e-60,q\n")), ElementsAre(0, 0));
}

TEST(TableTest, ANumberThatIsTooLargeIsAnError) {
  EXPECT_EQ(Error(Read("a,y\n1,p\n1e39,q\n")),
            "x.csv:3:1: a: got 1e39, expected a number of at most 3.4e38");
  EXPECT_EQ(Error(Read("a,y\n1,p\n-1e999,q\n")),
            "x.csv:3:1: a: got -1e999, expected a number of at most 3.4e38");
}

TEST(TableTest, AFirstLineWithANumberIsNoHeader) {
  const auto table = Read("1,2O,0\n2,3,1\n");

  EXPECT_FALSE(table->schema.has_header());
  EXPECT_EQ(table->dataset.num_examples(), 2);
  EXPECT_THAT(table->dataset.columns[0].categories, IsEmpty());
  EXPECT_THAT(table->dataset.columns[1].categories, ElementsAre("2O", "3"));
  EXPECT_THAT(Names(table), ElementsAre("column 0", "column 1"));
}

TEST(TableTest, AFirstLineWithoutANumberIsAHeader) {
  EXPECT_TRUE(Read("a,,NA\n1,2,0\n3,4,1\n")->schema.has_header());
  EXPECT_FALSE(Read("?,,NA\n1,2,0\n3,4,1\n")->schema.has_header());
}

TEST(TableTest, AFirstLineThatCountsIsAHeader) {
  EXPECT_THAT(Inputs(Read("0,1,2\n5,6,0\n7,8,1\n")), ElementsAre(5, 6, 7, 8));
  EXPECT_THAT(Names(Read("0,1,2\n5,6,0\n7,8,1\n")), ElementsAre("0", "1"));
  // With pandas' index.
  EXPECT_THAT(Inputs(Read(",0,1\n0,6,0\n1,8,1\n")), ElementsAre(6, 8));
  EXPECT_EQ(Read("0,1,3\n5,6,0\n7,8,1\n")->dataset.num_examples(), 3);
}

TEST(TableTest, TheCallerMayKnowAboutTheHeader) {
  EXPECT_THAT(Names(Read("5,6\n7,0\n8,1\n", {.header = Header::kPresent})), ElementsAre("5"));
  EXPECT_EQ(Read("a,b\nc,d\n", {.header = Header::kAbsent})->dataset.num_examples(), 2);
}

TEST(TableTest, PandasIndexIsIgnored) {
  for (const std::string name : {"", "Unnamed: 0"}) {
    const auto table = Read(name + ",a,y\n7,1,p\n8,2,q\n9,3,p\n");
    EXPECT_THAT(Inputs(table), ElementsAre(1, 2, 3));
    EXPECT_THAT(table->notes, ElementsAre(HasSubstr("counts the rows")));
    EXPECT_EQ(table->schema.columns(0).role(), TableSchema::Column::IGNORED);
  }
  EXPECT_THAT(Inputs(Read(",a,y\n7,1,p\n9,2,q\n")), ElementsAre(7, 1, 9, 2));
  EXPECT_THAT(Inputs(Read("n,a,y\n7,1,p\n8,2,q\n")), ElementsAre(7, 1, 8, 2));
}

TEST(TableTest, AColumnCalledIdNamesTheRows) {
  const Table table = Read("Id,x,y\n17,1,a\n18,2,b\n").value();

  EXPECT_EQ(table.dataset.example_size(), 1);
  EXPECT_THAT(table.dataset.ids, ElementsAre("17", "18"));
  EXPECT_THAT(table.notes, testing::Contains("column Id names the rows: it is no input"));
}

TEST(TableTest, ColumnsAreCalledByNameOrNumber) {
  const std::string text = "id,a,y,b\nr0,1,p,2\nr1,3,q,4\n";
  for (const std::string label : {"y", "2", "-2"}) {
    const auto table = Read(text, {.label_columns = {label}, .id_columns = {"0"}});
    EXPECT_THAT(Inputs(table), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(table->dataset.labels, ElementsAre(0, 1));
    EXPECT_THAT(table->dataset.ids, ElementsAre("r0", "r1"));
  }
  EXPECT_THAT(Read(text, {.label_columns = {"y"}, .id_columns = {"b", "id"}, .ignore_columns = {}})
                  ->dataset.ids,
              ElementsAre("r0,2", "r1,4"));
  EXPECT_THAT(Names(Read(text, {.label_columns = {"y"}, .ignore_columns = {"id", "-1"}})),
              ElementsAre("a"));
  // A name before a number.
  EXPECT_THAT(Read("2,1,0\n5,6,7\n8,9,8\n", {.label_columns = {"2"}, .header = Header::kPresent})
                  ->dataset.class_names,
              ElementsAre("5", "8"));
}

TEST(TableTest, AColumnThatIsNotThereIsAnError) {
  const std::string text = "a,b,y\n1,2,p\n3,4,q\n";
  EXPECT_EQ(Error(Read(text, {.label_columns = {"z"}})),
            "x.csv: label_column: no column \"z\"; there are a, b, y");
  EXPECT_EQ(
      Error(Read("a,Class\n1,2\n", {.label_columns = {"class"}})),
      "x.csv: label_column: no column \"class\" (did you mean \"Class\"?); there are a, Class");
  EXPECT_EQ(Error(Read(text, {.id_columns = {"3"}})),
            "x.csv: id_columns: no column 3; allowed are -3 to 2");
  EXPECT_EQ(Error(Read("1,2\n3,4\n", {.ignore_columns = {"z"}})),
            "x.csv: ignore_columns: no column \"z\"; the file has no line of column names; allowed "
            "are -2 to 1");
  EXPECT_THAT(
      Error(Read("c0,c1,c2,c3,c4,c5,c6,c7,c8,c9\n0,0,0,0,0,0,0,0,0,0\n", {.label_columns = {"z"}})),
      HasSubstr("c6, c7 and 2 more"));
  EXPECT_THAT(Error(Read(text, {.id_columns = {"y"}})), HasSubstr("y, the last column, has the"));
  EXPECT_THAT(Error(Read(text, {.label_columns = {"y"}, .id_columns = {"y"}})),
              HasSubstr("y is named twice"));
  EXPECT_THAT(Error(Read(text, {.categorical_columns = {"y"}})), HasSubstr("y is no input"));
}

TEST(TableTest, ANameThatStandsTwiceIsAnErrorOnlyIfItIsAskedFor) {
  const std::string text = "a,a,b,y\n1,2,3,p\n4,5,6,q\n";
  const auto table = Read(text);
  EXPECT_THAT(Inputs(table), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(Error(Read(text, {.id_columns = {"a"}})),
            "x.csv: id_columns: columns 0 and 1 are both called \"a\"; use their numbers");
  EXPECT_THAT(Inputs(ReadBy(table->schema, text)), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(Error(ReadBy(table->schema, "b,a,a,y\n1,2,3,p\n")),
              HasSubstr("several columns are called \"a\""));
  EXPECT_THAT(Error(ReadBy(table->schema, "b,a,y\n1,2,p\n")),
              HasSubstr("several columns are called \"a\""));
  // Not asked for, but it would be a label and an input.
  EXPECT_EQ(Error(Read("y,b,y\n1,3,1\n2,6,2\n")),
            "x.csv: label_column: columns 0 and 2 are both called \"y\"; use their numbers");
  EXPECT_THAT(Inputs(Read("y,b,y\n1,3,1\n2,6,2\n", {.label_columns = {"-1"}})),
              ElementsAre(1, 3, 2, 6));
  // The file to read has it twice, the training file does not.
  EXPECT_THAT(Error(ReadBy(Read("a,y\n1,p\n2,q\n")->schema, "a,a,y\n1,2,p\n")),
              HasSubstr("several columns are called \"a\""));
}

TEST(TableTest, ClassesThatAreNumbersAreInTheirOrderAndSpelledOneWay) {
  const auto table = Read("a,y\n1,10\n2,9.0\n3,9\n4,1e1\n5,\n");

  EXPECT_THAT(table->dataset.class_names, ElementsAre("9", "10"));
  EXPECT_THAT(table->dataset.labels, ElementsAre(1, 0, 0, 1, kNoLabel));
  EXPECT_THAT(ReadBy(table->schema, "a,y\n1,10.0\n2,+9\n")->dataset.labels, ElementsAre(1, 0));
  // Words are what they are.
  EXPECT_THAT(Read("a,y\n1,10\n2,9\n3,9.0\n4,x\n")->dataset.class_names,
              ElementsAre("10", "9", "9.0", "x"));
}

TEST(TableTest, RowsMayHaveNoClass) {
  for (const std::string cell : {"", "-1", "-1.0", "NA", "?"}) {
    EXPECT_THAT(Read("a,y\n1,0\n2," + cell + "\n3,1\n")->dataset.labels, ElementsAre(0, -1, 1));
    EXPECT_THAT(Read("a,y\n1,p\n2," + cell + "\n3,q\n")->dataset.labels, ElementsAre(0, -1, 1));
  }
}

TEST(TableTest, ClassesMayBeGiven) {
  const std::vector<std::string> names = {"dog", "cat", "emu"};
  const auto table = Read("a,y\n1,cat\n2,\n3,dog\n", {.class_names = names});
  EXPECT_THAT(table->dataset.labels, ElementsAre(1, kNoLabel, 0));
  EXPECT_THAT(table->dataset.class_names, ElementsAre("dog", "cat", "emu"));
  EXPECT_EQ(Error(Read("a,y\n1,cat\n2,cow\n", {.class_names = names})),
            "x.csv:3:3: y: got class cow, expected one of dog, cat, emu");
  EXPECT_THAT(Read("a,y\n1,-1\n2,1.0\n", {.class_names = {"-1", "1"}})->dataset.labels,
              ElementsAre(0, 1));
}

TEST(TableTest, ATrainingFileHasTwoClassesAtLeast) {
  EXPECT_THAT(Error(Read("a,y\n1,p\n2,p\n")),
              HasSubstr("x.csv: y: all labels are p; expected two"));
  EXPECT_THAT(Error(Read("a,y\n1,-1\n2,\n")), HasSubstr("no row has a label; expected two"));
  EXPECT_THAT(Error(Read("a,y\n1,-1\n2,1\n")), HasSubstr("-1 say that a row has no label"));
  EXPECT_THAT(Error(Read("a,y\n1,-1\n2,\n", {.class_names = {"p", "q"}})),
              HasSubstr("no row has a label"));
  const TableSchema schema = Read("a,y\n1,p\n2,q\n")->schema;
  EXPECT_THAT(ReadBy(schema, "a,y\n1,q\n")->dataset.labels, ElementsAre(1));
  EXPECT_THAT(ReadBy(schema, "a,y\n1,\n")->dataset.labels, ElementsAre(kNoLabel));
}

TEST(TableTest, LabelsThatLookLikeNumbersAreAnError) {
  EXPECT_THAT(Error(Read("a,y\n1,0.5\n2,1.5\n3,2\n")), HasSubstr("`model.target: NUMBERS`"));
  EXPECT_TRUE(Read("a,y\n1,0.5\n2,1.5\n3,0.5\n4,1.5\n").ok());
  std::string many = "a,y\n";
  for (int i = 0; i < 4096; ++i) many += absl::StrCat("1,", i, "\n");
  EXPECT_EQ(Read(many)->dataset.num_classes, 4096);
  EXPECT_THAT(Error(Read(many + "1,4096\n")), HasSubstr("more than 4096 different values"));
  EXPECT_THAT(Error(Read(many + "1,4096\n")), HasSubstr("`model.target: NUMBERS`"));
}

TEST(TableTest, ManyRareNumbersAsClassesAreNoted) {
  const auto notes = [](int num_common, int num_rare) {
    std::string text = "a,y\n";
    for (int i = 0; i < num_common; ++i) text += absl::StrCat("1,", i, "\n2,", i, "\n3,", i, "\n");
    for (int i = 0; i < num_rare; ++i) text += absl::StrCat("1,", 1000 + i, "\n2,", 1000 + i, "\n");
    return Read(text)->notes;
  };
  EXPECT_THAT(notes(25, 26),
              ElementsAre("the labels are 51 different numbers, most of them in one or two rows; "
                          "if they are no classes, set `model { target: NUMBERS }`"));
  EXPECT_THAT(notes(26, 25), IsEmpty());
  EXPECT_THAT(notes(0, 50), IsEmpty());
  std::string words = "a,y\n";
  for (int i = 0; i < 60; ++i) words += absl::StrCat("1,w", i, "\n");
  EXPECT_THAT(Read(words)->notes, IsEmpty());
}

TEST(TableTest, LabelsMayBeNumbers) {
  const TableOptions options = {.label_columns = {"y", "z"}, .labels = LabelKind::kNumbers};
  const auto table = Read("y,a,z\n-1,5,0.5\n,6,NA\n", options);

  EXPECT_THAT(table->dataset.targets, ElementsAre(-1, 0.5, IsMissing(), IsMissing()));
  EXPECT_THAT(table->dataset.target_names, ElementsAre("y", "z"));
  EXPECT_EQ(table->dataset.num_classes, 0);
  EXPECT_THAT(table->dataset.labels, IsEmpty());
  EXPECT_EQ(Error(Read("y,a,z\n-1,5,x\n", options)), "x.csv:2:6: z: got x, expected a number");
  EXPECT_EQ(Error(Read("y,a,z\n-1,5,1e40\n", options)),
            "x.csv:2:6: z: got 1e40, expected a number of at most 3.4e38");
  EXPECT_THAT(Error(Read("y,a,z\n-1,5,\n", options)), HasSubstr("z: no row has a label"));
  EXPECT_THAT(Error(Read("y,a,z\n-1,5,0\n", {.label_columns = {"y", "z"}})),
              HasSubstr("got 2 columns, expected one for classes"));
}

TEST(TableTest, LabelsMayBeFlags) {
  const TableOptions options = {.label_columns = {"y", "z"}, .labels = LabelKind::kFlags};
  const auto table = Read("y,a,z\n0,5,TRUE\n1.0,6,no\nYes,7,\n", options);

  EXPECT_THAT(table->dataset.targets, ElementsAre(0, 1, 1, 0, 1, IsMissing()));
  EXPECT_EQ(Error(Read("y,a,z\n0,5,2\n", options)),
            "x.csv:2:5: z: got 2, expected a flag: 0 or 1, false or true, no or yes");
}

TEST(TableTest, WordsAndDeclaredColumnsAreCategories) {
  const auto table =
      Read("a,b,c,y\nTRUE,10,1,p\nFALSE,9,2,q\n,10,red,p\n", {.categorical_columns = {"b"}});

  EXPECT_THAT(table->dataset.columns[0].categories, ElementsAre("FALSE", "TRUE"));
  EXPECT_THAT(table->dataset.columns[1].categories, ElementsAre("9", "10"));
  EXPECT_THAT(table->dataset.columns[2].categories, ElementsAre("1", "2", "red"));
  EXPECT_THAT(Inputs(table), ElementsAre(1, 1, 0, 0, 0, 1, IsMissing(), 1, 2));
}

TEST(TableTest, NumbersWithCommasAreAnError) {
  const std::string text = "a;b;y\n1,5;x;p\n-12,77;z;q\n3;z;q\n";
  EXPECT_EQ(Error(Read(text)),
            "x.csv: a: got -12,77, expected numbers with a decimal point and no commas, or the "
            "column in categorical_columns");
  EXPECT_THAT(Error(Read("a,y\n\"1,000\",p\n2,q\n")), HasSubstr("got 1,000"));
  EXPECT_THAT(Read(text, {.categorical_columns = {"a"}})->dataset.columns[0].categories,
              ElementsAre("-12,77", "1,5", "3"));
  EXPECT_TRUE(Read("a;y\n1,5;p\nless;q\n").ok());
  EXPECT_TRUE(Read("a;y\n1,;p\n,5x;q\n").ok());
}

TEST(TableTest, WordsThatMayNameTheRowsAreNoted) {
  std::string text = "sample,y\n";
  for (int i = 0; i < 21; ++i) text += absl::StrCat("S-", i, ",", i % 2, "\n");
  EXPECT_THAT(Read(text)->notes,
              ElementsAre("column sample has 21 different words in 21 rows; if they only name the "
                          "rows, put it in id_columns"));
  EXPECT_THAT(Read(text, {.categorical_columns = {"sample"}})->notes, IsEmpty());
  std::string twice = text;
  for (int i = 0; i < 21; ++i) twice += absl::StrCat("S-", i, ",1\n");
  EXPECT_THAT(Read(twice)->notes, IsEmpty());
}

TEST(TableTest, TooManyCategoriesAreAnError) {
  std::string text = "name,y\n";
  for (int i = 0; i < 1000; ++i) text += absl::StrCat("n", i, ",", i % 2, "\n");
  EXPECT_EQ(Read(text)->dataset.columns[0].categories.size(), 1000u);
  EXPECT_EQ(Error(Read(text + "n1000,1\n")),
            "x.csv: name: more than 1000 different values that are no numbers, the most that "
            "categories may be; name the column in id_columns or ignore_columns");
}

TEST(TableTest, NotesCountMissingCells) {
  EXPECT_THAT(Read("a,b,c,y\n,,1,p\n,3,1,q\n4,5,?,p\n")->notes,
              ElementsAre("4 cells are missing, 2 of them in a"));
}

TEST(TableTest, AColumnWithoutValuesIsIgnored) {
  const auto table = Read("a,b,y\n,1,p\nNA,2,q\n");

  EXPECT_THAT(Inputs(table), ElementsAre(1, 2));
  EXPECT_THAT(table->notes, ElementsAre("without a value in any row, and ignored: a"));
  EXPECT_THAT(Inputs(ReadBy(table->schema, "b,y\n3,p\n")), ElementsAre(3));
  EXPECT_THAT(Error(Read("a,y\n,p\n,q\n")), HasSubstr("no column is left for the inputs"));
  EXPECT_THAT(Error(Read("y\np\nq\n")), HasSubstr("no column is left for the inputs"));
}

// Rows in several blocks and tasks, quoted and not, with errors at their places.
TEST(TableTest, GarbageIsShownShortAndPrintable) {
  const TableSchema schema = Read("a,y\n1,p\n2,q\n")->schema;
  EXPECT_EQ(Error(ReadBy(schema, "a,y\n\x01ü,p\n")), "x.csv:2:1: a: got \\001ü, expected a number");
  EXPECT_EQ(Error(ReadBy(schema, "a,y\n" + std::string(1000, 'x') + ",p\n")),
            "x.csv:2:1: a: got " + std::string(40, 'x') + "..., expected a number");
}

// Files of random bytes, and tables with some of their bytes changed.
}  // namespace
}  // namespace ladder
