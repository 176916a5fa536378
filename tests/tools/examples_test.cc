#include "tools/examples.h"

#include <string>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/data/png_file.h"

namespace ladder {
namespace {

using testing::HasSubstr;

// A run whose examples are two numbers, of two classes.
class ExamplesTest : public testing::Test {
 protected:
  ExamplesTest() {
    experiment_.mutable_data()->mutable_csv();
    record_.add_example_shape(2);
    record_.set_num_classes(2);
  }

  std::string Write(const std::string& name, const std::string& contents) {
    const std::string path = JoinPath(testing::TempDir(), name);
    EXPECT_TRUE(WriteFileAtomically(path, contents).ok());
    return path;
  }
  absl::StatusOr<Dataset> Read(const ExampleOptions& options) {
    absl::StatusOr<ExampleReader> reader = ExampleReader::Open(options, experiment_, record_);
    if (!reader.ok()) return reader.status();
    return reader->Read(1000);
  }
  std::string Error(const ExampleOptions& options) {
    return std::string(Read(options).status().message());
  }

  Experiment experiment_;
  DataRecord record_;
};

TEST_F(ExamplesTest, ALabelColumnIsNoInput) {
  const std::string path = Write("labeled.csv", "class,x,y\n1,0.5,2\n0,3,4\n");
  for (const char* column : {"0", "-3", "class"}) {
    const absl::StatusOr<Dataset> dataset = Read({.path = path, .label_column = column});
    ASSERT_TRUE(dataset.ok()) << dataset.status();
    EXPECT_EQ(dataset->labels, std::vector<int32_t>({1, 0}));
    EXPECT_EQ(dataset->example_size(), 2);
  }
}

TEST_F(ExamplesTest, OneColumnTooManyAsksWhetherItIsALabel) {
  EXPECT_THAT(Error({.path = Write("more.csv", "1,2,0\n")}),
              HasSubstr("more.csv: has 3 columns, the model takes 2; if one of them has labels, "
                        "tell which, such as --label_column=-1"));
}

TEST_F(ExamplesTest, LabelsMustBeOfTheModelsClasses) {
  EXPECT_THAT(Error({.path = Write("class_2.csv", "1,2,2\n"), .label_column = "-1"}),
              HasSubstr("class_2.csv:1:5"));
}

TEST_F(ExamplesTest, ReadsIdxWhateverItsName) {
  const std::string path =
      Write("two_images", std::string("\0\0\x08\x02\0\0\0\x02\0\0\0\x02\xff\0\0\xff", 16));
  const absl::StatusOr<Dataset> dataset = Read({.path = path});
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_EQ(dataset->num_examples(), 2);
  EXPECT_FALSE(dataset->has_labels());
  EXPECT_THAT(Error({.path = path, .label_column = "-1"}), HasSubstr("--label_column is for .csv"));
}

TEST_F(ExamplesTest, AnImageIsOneExample) {
  const std::string path = Write("a_picture", Png(1, 2, "ab"));
  EXPECT_THAT(Error({.path = path}), HasSubstr("the model takes no images"));
  record_.mutable_example_shape()->Clear();
  for (const int64_t extent : {1, 2, 1}) record_.add_example_shape(extent);
  const absl::StatusOr<Dataset> dataset = Read({.path = path});
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_EQ(dataset->num_examples(), 1);
  EXPECT_THAT(dataset->ids, testing::ElementsAre("a_picture"));
}

TEST_F(ExamplesTest, TheFormatCanBeSaid) {
  const std::string path = Write("numbers", "1,2\n3,4\n");
  EXPECT_EQ(Read({.path = path, .format = "csv"})->num_examples(), 2);
  EXPECT_THAT(Error({.path = path, .format = "xml"}),
              HasSubstr("--format must be one of csv, table, npy, idx, images, got xml"));
  EXPECT_THAT(Error({.path = path, .format = "table"}), HasSubstr("not trained on a table"));
}

TEST_F(ExamplesTest, ATableIsReadPieceByPieceAsTheRunReadIts) {
  experiment_.mutable_data()->mutable_table();
  TableSchema& schema = *record_.mutable_table();
  schema.set_has_header(true);
  schema.set_separator(",");
  for (const char* name : {"size", "color"}) {
    TableSchema::Column& column = *schema.add_columns();
    column.set_name(name);
    column.set_role(TableSchema::Column::INPUT);
  }
  schema.mutable_columns(1)->add_categories("blue");
  schema.mutable_columns(1)->add_categories("red");
  schema.mutable_columns(0)->set_fill(7);
  const std::string path = Write("things.txt", "color,size\nred,1\nblue,\ngreen,3\n");
  absl::StatusOr<ExampleReader> reader = ExampleReader::Open({.path = path}, experiment_, record_);
  ASSERT_TRUE(reader.ok()) << reader.status();

  EXPECT_EQ(reader->Read(2)->MakeFloats(), std::vector<float>({1, 0, 1, 7, 1, 0}));
  EXPECT_EQ(reader->Read(2)->MakeFloats(), std::vector<float>({3, 0, 0}));
  EXPECT_EQ(reader->Read(2)->num_examples(), 0);
  EXPECT_THAT(reader->Notes(), testing::Contains(HasSubstr("green")));
}

}  // namespace
}  // namespace ladder
