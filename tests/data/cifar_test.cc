#include "data/cifar.h"

#include <cstdlib>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

constexpr size_t kPlane = 32 * 32;

std::string TestDirectory() {
  std::string path = testing::TempDir() + "/cifar_test_XXXXXX";
  return mkdtemp(path.data());
}

// A label and an image that is black but for its first three pixels and its last: pixel p of
// channel c is 10 p + c, the last one 200 + c.
std::string Record(char label) {
  std::string record(1 + 3 * kPlane, '\0');
  record[0] = label;
  for (size_t c = 0; c < 3; ++c) {
    char* plane = &record[1 + c * kPlane];
    for (size_t p = 0; p < 3; ++p) plane[p] = static_cast<char>(10 * p + c);
    plane[kPlane - 1] = static_cast<char>(200 + c);
  }
  return record;
}

std::string Write(const std::string& directory, const std::string& name,
                  const std::string& contents) {
  const std::string path = JoinPath(directory, name);
  EXPECT_TRUE(CreateDirectories(directory).ok());
  EXPECT_TRUE(WriteFileAtomically(path, contents).ok());
  return path;
}

void WriteAll(const std::string& directory) {
  for (int i = 1; i <= 5; ++i) {
    Write(directory, absl::StrCat("data_batch_", i, ".bin"),
          Record(static_cast<char>(i)) + Record(0));
  }
  Write(directory, "test_batch.bin", Record(9));
}

TEST(CifarTest, PlanesBecomeChannels) {
  const std::string directory = TestDirectory();
  WriteAll(directory);

  const Dataset test = ReadCifar10(directory, DatasetPart::kTest).value();

  EXPECT_THAT(test.example_shape, ElementsAre(32, 32, 3));
  EXPECT_EQ(test.num_examples(), 1);
  EXPECT_EQ(test.num_classes, 10);
  EXPECT_EQ(test.scale, 1.0 / 255);
  const auto& bytes = std::get<std::vector<uint8_t>>(test.inputs);
  EXPECT_THAT(std::vector<uint8_t>(bytes.begin(), bytes.begin() + 10),
              ElementsAre(0, 1, 2, 10, 11, 12, 20, 21, 22, 0));
  EXPECT_THAT(std::vector<uint8_t>(bytes.end() - 4, bytes.end()), ElementsAre(0, 200, 201, 202));
}

TEST(CifarTest, TrainingIsFiveFilesInOrder) {
  const std::string directory = TestDirectory();
  WriteAll(directory);

  const Dataset training = ReadCifar10(directory, DatasetPart::kTraining).value();

  EXPECT_EQ(training.num_examples(), 10);
  EXPECT_THAT(training.labels, ElementsAre(1, 0, 2, 0, 3, 0, 4, 0, 5, 0));
}

TEST(CifarTest, FilesThatAreNamedTakeTheirPlace) {
  const std::string directory = TestDirectory();
  const std::string one = Write(directory, "one", Record(7));
  const std::string other = Write(directory, "other", Record(3));

  EXPECT_THAT(ReadCifar10("", DatasetPart::kTraining, {one, other})->labels, ElementsAre(7, 3));
  EXPECT_THAT(ReadCifar10("", DatasetPart::kTest, {other})->labels, ElementsAre(3));
}

TEST(CifarTest, LooksInTheCacheByDefault) {
  const std::string cache = TestDirectory();
  setenv("XDG_CACHE_HOME", cache.c_str(), 1);
  WriteAll(cache + "/ladder/cifar10");

  EXPECT_TRUE(ReadCifar10("", DatasetPart::kTraining).ok());
}

TEST(CifarTest, AMissingFileNamesTheCommandThatFetchesIt) {
  const std::string directory = TestDirectory();
  WriteAll(directory);
  std::remove((directory + "/data_batch_4.bin").c_str());

  const absl::Status status = ReadCifar10(directory, DatasetPart::kTraining).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "cannot read " + directory +
                "/data_batch_4.bin: No such file or directory; to fetch it: bazel run "
                "//tools:fetch_data -- cifar10 --dir=" +
                directory);
  EXPECT_EQ(ReadCifar10("", DatasetPart::kTest, {directory + "/mine"}).status().message(),
            "cannot read " + directory + "/mine: No such file or directory");
}

TEST(CifarTest, SaysWhatIsWrongWithAFile) {
  const std::string directory = TestDirectory();
  const auto error = [&](const std::string& contents) {
    const std::string path = Write(directory, "x", contents);
    const absl::Status status = ReadCifar10("", DatasetPart::kTest, {path}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    return std::string(status.message().substr(directory.size()));
  };

  EXPECT_EQ(error(""),
            "/x: has 0 bytes; allowed are 1 or more records of 3073 bytes, a label and an image "
            "each");
  EXPECT_EQ(error(Record(1) + "\1"),
            "/x: has 3074 bytes; allowed are 1 or more records of 3073 bytes, a label and an image "
            "each");
  EXPECT_EQ(error(Record(1) + Record(10)), "/x: byte 3073: label 10; allowed are 0 to 9");
  EXPECT_EQ(error(Record('\xff')), "/x: byte 0: label 255; allowed are 0 to 9");
}

}  // namespace
}  // namespace ladder
