#include "data/csv.h"

#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

const CsvOptions kLastIsLabel = {.label_column = -1};

std::vector<float> Inputs(const absl::StatusOr<Dataset>& dataset) {
  return std::get<std::vector<float>>(dataset.value().inputs);
}

std::string Error(absl::string_view text, const CsvOptions& options = {}) {
  return std::string(ParseCsv(text, "x.csv", options).status().message());
}

TEST(CsvTest, ReadsInputsAndLabels) {
  const absl::StatusOr<Dataset> dataset = ParseCsv("1,2.5,0\n-3,4e-1,2\n", "x.csv", kLastIsLabel);

  EXPECT_THAT(Inputs(dataset), ElementsAre(1, 2.5, -3, 0.4f));
  EXPECT_THAT(dataset->labels, ElementsAre(0, 2));
  EXPECT_THAT(dataset->example_shape, ElementsAre(2));
  EXPECT_EQ(dataset->num_classes, 3);
  EXPECT_EQ(dataset->scale, 1);
}

TEST(CsvTest, WithoutALabelColumnAllAreInputs) {
  const absl::StatusOr<Dataset> dataset = ParseCsv("1,2\n3,4\n", "x.csv");

  EXPECT_THAT(Inputs(dataset), ElementsAre(1, 2, 3, 4));
  EXPECT_FALSE(dataset->has_labels());
}

TEST(CsvTest, TheLabelMayBeInAnyColumn) {
  EXPECT_THAT(ParseCsv("7,8,1\n9,10,0\n", "x.csv", {.label_column = 2})->labels, ElementsAre(1, 0));
  EXPECT_THAT(ParseCsv("1,7,8\n0,9,10\n", "x.csv", {.label_column = -3})->labels,
              ElementsAre(1, 0));
  EXPECT_THAT(Inputs(ParseCsv("7,1,8\n9,0,10\n", "x.csv", {.label_column = 1})),
              ElementsAre(7, 8, 9, 10));
  EXPECT_THAT(ParseCsv("a,y,b\n7,1,8\n", "x.csv", {.label_column = "y"})->labels, ElementsAre(1));
}

TEST(CsvTest, TheLabelIsCalledAsTheHeaderSpellsIt) {
  const std::string name = "Größe \"of\" the\tlabel, a name that is longer than what errors show";
  EXPECT_THAT(ParseCsv("a,\"Größe \"\"of\"\" the\tlabel, a name that is longer than what errors "
                       "show\"\n7,1\n8,0\n",
                       "x.csv", {.label_column = name})
                  ->labels,
              ElementsAre(1, 0));
  EXPECT_EQ(Error("Größe,y\n1,2\n", {.label_column = "z"}),
            "x.csv:1:1: no column \"z\" for the labels; there are Größe, y");
}

TEST(CsvTest, WhatIsNoTextIsAnError) {
  EXPECT_EQ(Error("PK\x03\x04\x14\n1,2\n"),
            "x.csv: a spreadsheet, or another packed file, by its first bytes; save it as CSV");
  EXPECT_EQ(Error(std::string("\xFE\xFF\0a", 4)), "x.csv:1:1: the text is UTF-16; expected UTF-8");
}

TEST(CsvTest, ALabelColumnThatStandsTwiceIsAnError) {
  EXPECT_EQ(Error("y,a,y\n0,1,0\n", {.label_column = "y"}),
            "x.csv:1:1: columns 0 and 2 are both called \"y\"; use the number of the labels'");
  EXPECT_THAT(ParseCsv("y,a,y\n0,7,1\n", "x.csv", {.label_column = 2})->labels, ElementsAre(1));
}

TEST(CsvTest, AFirstLineWithoutANumberIsAHeader) {
  EXPECT_THAT(Inputs(ParseCsv("a,,label\n5,6,7\n", "x.csv")), ElementsAre(5, 6, 7));
}

// A slip of the finger must not lose a row without a word.
TEST(CsvTest, AFirstLineWithANumberAndAWordIsNoHeader) {
  EXPECT_EQ(Error("1,2O,0\n5,6,7\n"), "x.csv:1:3: got 2O, expected a finite number");
}

TEST(CsvTest, PandasCallsColumnsByNumbers) {
  EXPECT_THAT(Inputs(ParseCsv("0,1,2\n5,6,7\n", "x.csv")), ElementsAre(5, 6, 7));
  EXPECT_THAT(Inputs(ParseCsv("0,2,1\n5,6,7\n", "x.csv")), ElementsAre(0, 2, 1, 5, 6, 7));
}

TEST(CsvTest, ARowMayHaveNoLabel) {
  const absl::StatusOr<Dataset> dataset =
      ParseCsv("1,0\n1,\n1,?\n1,NA\n1,nan\n1,null\n1,-1\n1,1\n", "x.csv", kLastIsLabel);

  EXPECT_THAT(dataset->labels, ElementsAre(0, -1, -1, -1, -1, -1, -1, 1));
  EXPECT_EQ(dataset->num_classes, 2);
  EXPECT_FALSE(dataset->IsLabeled(1));
  EXPECT_EQ(Error("1,\n2,\n", kLastIsLabel), "x.csv: no row has a label");
}

TEST(CsvTest, OddNumbersAreNone) {
  for (const std::string number : {"0x1", "0x1p3", "+-1", "1e", "--1"}) {
    EXPECT_EQ(Error("1\n" + number + "\n"),
              "x.csv:2:1: got " + number + ", expected a finite number");
  }
}

TEST(CsvTest, TheCallerMayKnowAboutTheHeader) {
  EXPECT_THAT(Inputs(ParseCsv("0,2\n5,6\n", "x.csv", {.header = CsvHeader::kPresent})),
              ElementsAre(5, 6));
  EXPECT_EQ(Error("a,b\n5,6\n", {.header = CsvHeader::kAbsent}),
            "x.csv:1:1: got a, expected a finite number");
}

TEST(CsvTest, SpacesQuotesEmptyLinesAndLineEndingsDoNotCount) {
  const std::string text = "\xEF\xBB\xBF\"x, of a\" , \"y\"\r\n\r\n \"1\" ,\t+2 \r\n\n3,4";

  EXPECT_THAT(Inputs(ParseCsv(text, "x.csv")), ElementsAre(1, 2, 3, 4));
}

TEST(CsvTest, AGivenNumberOfClassesStays) {
  EXPECT_EQ(ParseCsv("1,0\n", "x.csv", {.label_column = 1, .num_classes = 5})->num_classes, 5);
}

TEST(CsvTest, TinyNumbersAreZero) {
  EXPECT_THAT(Inputs(ParseCsv("1e-999,-1e-60\n", "x.csv")), ElementsAre(0, 0));
}

TEST(CsvTest, WhatIsNotAFiniteNumberIsAnError) {
  EXPECT_EQ(Error("1,2\n3,abc\n"), "x.csv:2:3: got abc, expected a finite number");
  EXPECT_EQ(Error("a,b\n\n3,  4x\n"), "x.csv:3:5: got 4x, expected a finite number");
  EXPECT_EQ(Error("1,2\n,3\n"), "x.csv:2:1: got nothing, expected a finite number");
  EXPECT_EQ(Error("1,2,\n"), "x.csv:1:5: got nothing, expected a finite number");
  EXPECT_EQ(Error("1,2\n1,\"\"\n"), "x.csv:2:3: got nothing, expected a finite number");
  EXPECT_EQ(Error("1e39\n"), "x.csv:1:1: got 1e39, expected a finite number");
  EXPECT_EQ(Error("-1e999\n"), "x.csv:1:1: got -1e999, expected a finite number");
}

TEST(CsvTest, NotANumberIsNoHeader) {
  EXPECT_EQ(Error("1,nan\n"), "x.csv:1:3: got nan, expected a finite number");
  EXPECT_EQ(Error("-inf,1\n"), "x.csv:1:1: got -inf, expected a finite number");
}

TEST(CsvTest, GarbageIsShownShortAndPrintable) {
  EXPECT_EQ(Error("1\n\x01\xff\n"), "x.csv:2:1: got \\001\\377, expected a finite number");
  EXPECT_EQ(Error("1\n" + std::string(1000, 'x') + "\n"),
            "x.csv:2:1: got " + std::string(40, 'x') + "..., expected a finite number");
}

TEST(CsvTest, LinesOfDifferentLengthsAreAnError) {
  EXPECT_EQ(Error("\n1,2\n3,4\n5\n"), "x.csv:4:1: got 1 columns, expected 2 as in line 2");
  EXPECT_EQ(Error("a,b\n1,2,3\n"), "x.csv:2:1: got 3 columns, expected 2 as in line 1");
}

TEST(CsvTest, QuotesMustMatch) {
  EXPECT_EQ(Error("1,\"2\n"), "x.csv:1:3: the quote is not closed");
  EXPECT_EQ(Error("\"1\"2,3\n"), "x.csv:1:4: expected a separator after the quote");
}

TEST(CsvTest, LabelsAreSmallIntegers) {
  for (const std::string label : {"-2", "1.5", "3", "cat", "inf", "1e99"}) {
    EXPECT_EQ(Error("0,1\n0," + label + "\n", {.label_column = 1, .num_classes = 3}),
              "x.csv:2:3: got " + label +
                  ", expected a label, an integer from 0 to 2, or nothing for none");
  }
  EXPECT_EQ(
      Error("0,4096\n", kLastIsLabel),
      "x.csv:1:3: got 4096, expected a label, an integer from 0 to 4095, or nothing for none");
}

TEST(CsvTest, TheLabelColumnMustExist) {
  EXPECT_EQ(Error("1,2\n", {.label_column = 2}),
            "x.csv:1:1: the labels should be in column 2; allowed are -2 to 1");
  EXPECT_EQ(Error("1,2\n", {.label_column = -3}),
            "x.csv:1:1: the labels should be in column -3; allowed are -2 to 1");
  EXPECT_EQ(Error("a,b\n1,2\n", {.label_column = "y"}),
            "x.csv:1:1: no column \"y\" for the labels; there are a, b");
  EXPECT_EQ(Error("a,Y\n1,2\n", {.label_column = "y"}),
            "x.csv:1:1: no column \"y\" (did you mean \"Y\"?) for the labels; there are a, Y");
  EXPECT_EQ(Error("1,2\n", {.label_column = "y"}),
            "x.csv:1:1: the labels should be in column \"y\", but the file has no line of column "
            "names");
  EXPECT_EQ(Error("1\n", kLastIsLabel),
            "x.csv:1:1: no column but the labels'; expected one more at least");
}

TEST(CsvTest, AFileWithoutNumbersIsAnError) {
  EXPECT_EQ(Error(""), "x.csv: no line of numbers");
  EXPECT_EQ(Error(" \n\n"), "x.csv: no line of numbers");
  EXPECT_EQ(Error("a,b\n"), "x.csv: no line of numbers");
  EXPECT_EQ(Error("", kLastIsLabel), "x.csv: no line of numbers");
}

TEST(CsvTest, ReadsAFile) {
  std::string path = testing::TempDir() + "/csv_test_XXXXXX";
  path = std::string(mkdtemp(path.data())) + "/points.csv";

  EXPECT_EQ(ReadCsv(path).status().message(),
            "cannot read " + path + ": No such file or directory");
  ASSERT_TRUE(WriteFileAtomically(path, "1,2\n3,x\n").ok());
  EXPECT_EQ(ReadCsv(path).status().message(), path + ":2:3: got x, expected a finite number");
  ASSERT_TRUE(WriteFileAtomically(path, "1,2\n3,4\n").ok());
  EXPECT_EQ(ReadCsv(path)->num_examples(), 2);
}

// Each byte of a file in turn cut off or changed.
TEST(CsvTest, NoDamageCrashes) {
  const std::string text = "\"a\",b,y\n1,-2.5e3,0\n\"3\",4,1\n";
  for (size_t i = 0; i < text.size(); ++i) {
    std::string damaged = text;
    for (const char c : {'\0', '"', ',', '\n', '\r', '\xff', '9'}) {
      damaged[i] = c;
      for (const absl::StatusOr<Dataset>& dataset :
           {ParseCsv(damaged, "x.csv", kLastIsLabel), ParseCsv(text.substr(0, i), "x.csv")}) {
        if (dataset.ok()) {
          EXPECT_GE(dataset->num_examples(), 1);
        } else {
          EXPECT_THAT(std::string(dataset.status().message()), testing::StartsWith("x.csv:"));
        }
      }
    }
  }
}

}  // namespace
}  // namespace ladder
