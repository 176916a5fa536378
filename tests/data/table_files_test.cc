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
#include "data/table.h"
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

TEST(TableFilesTest, AnUnknownClassOfAnotherFileIsAnError) {
  EXPECT_EQ(Error(ReadBy(Read("a,y\n1,p\n2,q\n")->schema, "a,y\n1,p\n2,r\n")),
            "x.csv:3:3: y: got class r, expected one of p, q");
  std::string many = "a,y\n";
  for (int i = 0; i < 20; ++i) many += absl::StrCat("1,", i, "\n");
  EXPECT_EQ(Error(ReadBy(Read(many)->schema, "a,y\n1,20\n")),
            "x.csv:2:3: y: got class 20, expected one of 0, 1, 2, 3, 4, 5, 6, 7 and 12 more");
}

TEST(TableFilesTest, NewCategoriesAreCounted) {
  const TableSchema schema = Read("a,y\nred,p\nblue,q\n")->schema;
  const auto table = ReadBy(schema, "a,y\ngreen,p\nred,q\n,q\nteal,q\n");

  EXPECT_THAT(Inputs(table), ElementsAre(kNewCategory, 1, IsMissing(), kNewCategory));
  EXPECT_THAT(table->notes,
              ElementsAre("1 cell is missing, 1 of them in a",
                          "a: 2 values that the training file does not have, such as green"));
}

TEST(TableFilesTest, ColumnsOfOtherFilesAreFoundByName) {
  const TableSchema schema = Read("id,a,b,y\nr,1,2,p\ns,3,4,q\n", {.id_columns = {"id"}})->schema;
  const auto table = ReadBy(schema, "y,new,b,a,id,newer\nq,x,6,5,t,z\n");

  EXPECT_THAT(Inputs(table), ElementsAre(5, 6));
  EXPECT_THAT(table->dataset.labels, ElementsAre(1));
  EXPECT_THAT(table->dataset.ids, ElementsAre("t"));
  EXPECT_THAT(table->notes, ElementsAre("2 columns that the training file does not have are "
                                        "ignored: new, ..."));
  EXPECT_EQ(Error(ReadBy(schema, "b,id,y\n1,r,p\n")),
            "x.csv:1:1: no column a, which the training file has; the first line has b, id, y");
  EXPECT_EQ(Error(ReadBy(schema, "r,1,2,p\ns,3,4,q\n")),
            "x.csv:1:1: expected a line of column names, as the training file has, such as a");
  // The training file's separator before others; another one if the file does not have it.
  EXPECT_THAT(Inputs(ReadBy(schema, "b,a,y;z,y\n6,5,x,p\n")), ElementsAre(5, 6));
  EXPECT_THAT(Inputs(ReadBy(schema, "b;a;y\n6;5;p\n")), ElementsAre(5, 6));
  EXPECT_THAT(ReadBy(schema, "b;a;y\n6;5;p\n")->dataset.ids, IsEmpty());
}

TEST(TableFilesTest, FilesToPredictMayLackLabels) {
  const TableSchema named = Read("y,a,b\np,1,2\nq,3,4\n", {.label_columns = {"y"}})->schema;
  const auto table = ReadBy(named, "b,a\n6,5\n", false);
  EXPECT_THAT(Inputs(table), ElementsAre(5, 6));
  EXPECT_FALSE(table->dataset.has_labels());
  EXPECT_THAT(table->dataset.labels, IsEmpty());
  EXPECT_THAT(ReadBy(named, "y,a,b\nq,5,6\n", false)->dataset.labels, ElementsAre(1));
  EXPECT_THAT(Error(ReadBy(named, "b,a\n6,5\n")), StartsWith("x.csv:1:1: no column y"));

  const TableSchema unnamed = Read("5,1,2\n7,3,4\n", {.label_columns = {"0"}})->schema;
  EXPECT_THAT(Inputs(ReadBy(unnamed, "8,9\n", false)), ElementsAre(8, 9));
  EXPECT_THAT(ReadBy(unnamed, "7,8,9\n", false)->dataset.labels, ElementsAre(1));
  EXPECT_EQ(Error(ReadBy(unnamed, "8,9\n")),
            "x.csv:1:1: got 2 columns, expected 3 as in the training file");
  EXPECT_EQ(Error(ReadBy(unnamed, "8\n", false)),
            "x.csv:1:1: got 1 columns, expected 3 as in the training file, or 2 without labels");
}

TEST(TableFilesTest, WithoutNamesColumnsAreFoundByPosition) {
  const TableSchema schema = Read("1,red,p\n2,blue,q\n")->schema;

  EXPECT_THAT(Inputs(ReadBy(schema, "3,red,q\n")), ElementsAre(3, 1));
  // The first line has a word where numbers are: names, of which there is no need.
  EXPECT_THAT(Inputs(ReadBy(schema, "a,b,y\n3,red,q\n")), ElementsAre(3, 1));
  // pandas' names of columns without one; but two numbers are a row.
  EXPECT_EQ(ReadBy(Read("5,6,0\n7,8,1\n")->schema, "0,1,2\n3,4,0\n")->dataset.num_examples(), 1);
  EXPECT_EQ(ReadBy(Read("5,0\n7,1\n")->schema, "0,1\n3,0\n")->dataset.num_examples(), 2);
  // All words, as in the training file: a row.
  const TableSchema words = Read("x,red,p\nz,blue,q\n", {.header = Header::kAbsent})->schema;
  EXPECT_EQ(ReadBy(words, "z,red,q\n")->dataset.num_examples(), 1);
}

TEST(TableFilesTest, AWordWhereTheTrainingFileHasNumbersIsAnError) {
  EXPECT_EQ(Error(ReadBy(Read("a,y\n1,p\n2,q\n")->schema, "a,y\n1,p\nx,q\n")),
            "x.csv:3:1: a: got x, expected a number");
}

TEST(TableFilesTest, AFileWithoutRowsIsAnError) {
  const TableSchema schema = Read("a,y\n1,p\n2,q\n")->schema;
  for (const std::string text : {"", "\n \n", "a,y\n", "\xEF\xBB\xBF"}) {
    EXPECT_EQ(Error(Read(text)), "x.csv: no row of data");
    EXPECT_EQ(Error(ReadBy(schema, text)), "x.csv: no row of data");
  }
  EXPECT_EQ(Error(Read(std::string("\xFF\xFE"
                                   "a\0",
                                   4))),
            "x.csv:1:1: the text is UTF-16; expected UTF-8");
  EXPECT_THAT(Error(ReadTable(Directory() + "/none.csv", {})), StartsWith("cannot read "));
  EXPECT_FALSE(ReadTable(Directory(), {}).ok());
}

TEST(TableFilesTest, WhatIsNotUtf8IsAnError) {
  EXPECT_THAT(Read("größe,y\n1,ü\n2,日本\n3,\xF0\x9F\x98\x80\n")->dataset.class_names,
              ElementsAre("ü", "日本", "\xF0\x9F\x98\x80"));
  EXPECT_EQ(Error(Read("a,y\n1,red\n2,gr\xFCn\n")),
            "x.csv:3:5: the text is not UTF-8; save it as UTF-8");
  EXPECT_EQ(Error(Read("gr\xF6\xDF"
                       "e,y\n1,p\n2,q\n")),
            "x.csv:1:3: the text is not UTF-8; save it as UTF-8");
  EXPECT_EQ(Error(Read("a,y\n1,p\n2,caf\xE9")),
            "x.csv:3:6: the text is not UTF-8; save it as UTF-8");
  std::string many = "a,y\n";
  for (int i = 0; i < 1'000'000; ++i) absl::StrAppend(&many, i % 10, ",", i % 2, "\n");
  EXPECT_EQ(Error(Read(many + "1,\xE9\n")),
            "x.csv:1000002:3: the text is not UTF-8; save it as UTF-8");
  EXPECT_EQ(Error(ReadBy(Read("a,y\n1,p\n2,q\n")->schema, "a,y\n1,\xE9\n")),
            "x.csv:2:3: the text is not UTF-8; save it as UTF-8");
}

TEST(TableFilesTest, ASpreadsheetIsAnError) {
  for (const std::string start : {"PK\x03\x04\x14", "\xD0\xCF\x11\xE0\xA1"}) {
    EXPECT_EQ(Error(Read(start + "\n1,2\n")),
              "x.csv: a spreadsheet, or another packed file, by its first bytes; save it as CSV");
  }
}

TEST(TableFilesTest, ReadsFilesOfManyBlocks) {
  for (const std::string quote : {"", "\""}) {
    std::string text = "a,b,y\n";
    constexpr int kRows = 300'000;  // 2 to 3 blocks
    for (int i = 0; i < kRows; ++i) {
      absl::StrAppend(&text, i, ",", quote, "word", i % 7, quote, ",", i % 3, "\n");
    }
    const auto table = Read(text);
    ASSERT_TRUE(table.ok()) << Error(table);
    const std::vector<float> inputs = Inputs(table);
    ASSERT_EQ(inputs.size(), size_t{2} * kRows);
    bool is_right = true;
    for (int i = 0; i < kRows; ++i) {
      const auto at = static_cast<size_t>(i);
      is_right = is_right && inputs[2 * at] == static_cast<float>(i) &&
                 inputs[2 * at + 1] == static_cast<float>(i % 7) &&
                 table->dataset.labels[at] == i % 3;
    }
    EXPECT_TRUE(is_right);
    EXPECT_EQ(Error(Read(text + "1,x\n")),
              "x.csv:300002:1: got 2 columns, expected 3 as in line 1");
  }
}

TEST(TableFilesTest, AHugeFirstLineIsAnError) {
  EXPECT_THAT(Error(Read(std::string(20 << 20, ','))),
              HasSubstr("expected at most 262144 columns"));
  EXPECT_THAT(Error(Read("a,b\n\"" + std::string(70 << 20, 'x'))),
              StartsWith("x.csv:2:1: the row is longer than 64 MiB"));
  EXPECT_FALSE(Read(std::string(1 << 20, '\0')).ok());
}

TEST(TableReaderTest, ReadsAFewRowsAtATime) {
  const TableSchema schema = Read("a,y\n1,p\n2,q\n")->schema;
  const auto reader =
      TableReader::Open(Write("a,b,y\n3,0,p\n,0,q\n5,0,p\n"), schema, LabelKind::kClasses, false);
  ASSERT_TRUE(reader.ok());

  const auto rows = (*reader)->Read(2);
  EXPECT_THAT(std::get<std::vector<float>>(rows->inputs), ElementsAre(3, IsMissing()));
  EXPECT_THAT(rows->labels, ElementsAre(0, 1));
  EXPECT_THAT(std::get<std::vector<float>>((*reader)->Read(2)->inputs), ElementsAre(5));
  EXPECT_EQ((*reader)->Read(2)->num_examples(), 0);
  EXPECT_EQ((*reader)->Read(2)->num_examples(), 0);
  EXPECT_THAT((*reader)->Notes(),
              ElementsAre(HasSubstr("ignored: b"), "1 cell is missing, 1 of them in a"));
}

TEST(TableReaderTest, ReadsTheStandardInput) {
  const TableSchema schema = Read("a,y\n1,p\n2,q\n")->schema;
  ASSERT_NE(freopen(Write("a\n3\nx\n").c_str(), "rb", stdin), nullptr);
  const auto reader = TableReader::Open("-", schema, LabelKind::kClasses, false);
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ((*reader)->Read(1)->num_examples(), 1);
  EXPECT_EQ((*reader)->Read(1).status().message(),
            "standard input:3:1: a: got x, expected a number");
}

TEST(TableFilesTest, NoDamageCrashes) {
  const std::string text = ",a,\"b\",y\n0,1.5,\"re\"\"d\",p\n1,NA,blue,q\r\n2,1e3,red,\n";
  const std::string alphabet = std::string("\",;\t\n\r 01-.eNA?pq\xff\xEF\x1f\x8b", 22) + '\0';
  const TableSchema schema = Read(text)->schema;
  uint32_t state = 12345;
  const auto next = [&state](size_t limit) {
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % limit;
  };
  const std::string packed = Gzip(text);
  for (int i = 0; i < 2000; ++i) {
    std::string damaged = i % 5 == 0 ? packed : text;
    if (i % 3 == 0) {
      damaged.resize(next(60));
      for (char& c : damaged) c = alphabet[next(alphabet.size())];
    } else {
      for (size_t changes = 1 + next(4); changes > 0; --changes) {
        damaged[next(damaged.size())] = alphabet[next(alphabet.size())];
      }
      if (i % 7 == 0) damaged.resize(next(damaged.size()));
    }
    const std::string path = Write(damaged);
    const auto labels = static_cast<LabelKind>(i % 3);
    for (const auto& table : {ReadTable(path, {.labels = labels}),
                              ReadTable(path, schema, LabelKind::kClasses, i % 2 == 0)}) {
      if (table.ok()) {
        EXPECT_GE(table->dataset.num_examples(), 1);
      } else {
        EXPECT_THAT(Error(table), Not(IsEmpty()));
      }
    }
  }
}

}  // namespace
}  // namespace ladder
