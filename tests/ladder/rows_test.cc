#include "ladder/rows.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// 100 rows of classes 0, 1, 0, 1, ..., of which every fifth has no label.
Dataset SomeUnlabeled() {
  Dataset dataset = {.example_shape = {1}, .inputs = std::vector<float>(100), .num_classes = 2};
  for (int32_t row = 0; row < 100; ++row) {
    dataset.labels.push_back(row % 5 == 4 ? kNoLabel : row % 2);
  }
  return dataset;
}

std::vector<int64_t> All(const RowSplit& split) {
  std::vector<int64_t> all = split.training;
  all.insert(all.end(), split.validation.begin(), split.validation.end());
  all.insert(all.end(), split.test.begin(), split.test.end());
  std::sort(all.begin(), all.end());
  return all;
}

std::string Write(const std::string& name, const std::string& contents) {
  const std::string path = JoinPath(testing::TempDir(), name);
  EXPECT_TRUE(WriteFileAtomically(path, contents).ok());
  return path;
}

TEST(SplitRowsTest, UnsetAllRowsWithALabelShowIt) {
  const Dataset dataset = SomeUnlabeled();

  const RowSplit split = SplitRows(dataset, Data()).value();

  EXPECT_EQ(split.training.size(), 100);
  EXPECT_EQ(split.labeled, LabeledRows(dataset));
  EXPECT_EQ(split.labeled.size(), 80);
}

TEST(SplitRowsTest, ValidationAndTestRowsHaveALabelAndAreNotShown) {
  const Dataset dataset = SomeUnlabeled();
  Data config;
  config.set_num_validation(10);
  config.set_test_fraction(0.25);
  config.set_seed(3);

  const RowSplit split = SplitRows(dataset, config).value();

  EXPECT_EQ(split.test.size(), 20);
  EXPECT_EQ(split.validation.size(), 10);
  EXPECT_EQ(split.labeled.size(), 50);
  EXPECT_EQ(split.training.size(), 70);
  EXPECT_EQ(All(split).size(), 100);
  EXPECT_EQ(std::set<int64_t>(split.test.begin(), split.test.end()).size(), 20);
  for (const auto* rows : {&split.test, &split.validation, &split.labeled}) {
    for (const int64_t row : *rows) EXPECT_TRUE(dataset.IsLabeled(row)) << row;
  }
  // Balanced: of each class its share.
  EXPECT_EQ(std::count_if(split.test.begin(), split.test.end(),
                          [&](int64_t row) { return dataset.labels[row] == 0; }),
            10);
}

TEST(SplitRowsTest, AFileMayNameTheRowsThatShowTheirLabel) {
  Data config;
  config.set_labeled_rows(Write("rows.txt", "3\n 0\n\n7\n"));
  config.set_num_validation(70);

  const RowSplit split = SplitRows(SomeUnlabeled(), config).value();

  EXPECT_THAT(split.labeled, ElementsAre(0, 3, 7));
  EXPECT_EQ(split.validation.size(), 70);
  for (const int64_t row : split.labeled) {
    EXPECT_THAT(split.validation, testing::Not(testing::Contains(row)));
  }
}

TEST(SplitRowsTest, WhatIsWrongWithThatFileIsSaid) {
  const auto error = [](const std::string& text) {
    Data config;
    config.set_labeled_rows(Write("wrong.txt", text));
    return std::string(SplitRows(SomeUnlabeled(), config).status().message());
  };
  EXPECT_THAT(error("1\nx\n"), HasSubstr("wrong.txt:2: x is no row of the training data: allowed "
                                         "are 0 to 99"));
  EXPECT_THAT(error("1\n100\n"), HasSubstr("wrong.txt:2: 100 is no row"));
  EXPECT_THAT(error("4\n1\n"), HasSubstr("wrong.txt:1: 4 is a row without a label"));
  EXPECT_THAT(error("1\n2\n1\n"), HasSubstr("row 1 is there twice"));
  EXPECT_THAT(error("1\n"), HasSubstr("has 1 rows; at least 2 are needed"));
}

TEST(SplitRowsTest, MoreRowsThanAreLeftAreAnError) {
  Data config;
  config.set_labeled_rows(Write("some.txt", "0\n1\n2\n3\n"));
  config.set_test_fraction(0.5);
  config.set_num_validation(60);

  EXPECT_EQ(SplitRows(SomeUnlabeled(), config).status().message(),
            "data.num_validation must be at most 38, the rows with a label that are left, got 60");
  config.clear_labeled_rows();
  config.set_num_validation(int64_t{1} << 30);
  EXPECT_FALSE(SplitRows(SomeUnlabeled(), config).ok());
}

TEST(SplitRowsTest, FoldsCutTheLabeledRowsAndKeepAllUnlabeledOnes) {
  const Dataset dataset = SomeUnlabeled();
  Data config;
  config.set_num_labeled(20);
  config.set_num_folds(5);
  std::vector<int64_t> held_out;
  for (int fold = 0; fold < 5; ++fold) {
    config.set_fold(fold);
    const RowSplit split = SplitRows(dataset, config).value();

    EXPECT_EQ(split.labeled.size(), 16);
    EXPECT_EQ(split.validation.size(), 4);
    EXPECT_EQ(split.training.size(), 96);
    held_out.insert(held_out.end(), split.validation.begin(), split.validation.end());
  }
  std::sort(held_out.begin(), held_out.end());
  config.clear_num_folds();
  EXPECT_EQ(held_out, SplitRows(dataset, config)->labeled);
}

TEST(SplitRowsTest, RefusesMoreFoldsThanLabeledRowsInEachFold) {
  Data config;
  config.set_num_labeled(20);
  config.set_num_folds(21);

  EXPECT_EQ(SplitRows(SomeUnlabeled(), config).status().message(),
            "data.num_folds must be at most 20, the number of labeled rows, got 21");
}

TEST(RowsCsvTest, HasALineForEachRow) {
  Dataset dataset = {
      .example_shape = {1}, .inputs = std::vector<float>(4), .ids = {"a", "b, c", "d", "e"}};
  const RowSplit split = {.training = {0, 2}, .labeled = {2}, .validation = {1}, .test = {3}};

  EXPECT_EQ(RowsCsv(dataset, split),
            "row,id,part,labeled\n0,a,training,0\n1,\"b, c\",validation,0\n2,d,training,1\n"
            "3,e,test,0\n");
}

}  // namespace
}  // namespace ladder
