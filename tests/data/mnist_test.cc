#include "data/mnist.h"

#include <cstdlib>
#include <string>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

std::string TestDirectory() {
  std::string path = testing::TempDir() + "/mnist_test_XXXXXX";
  return mkdtemp(path.data());
}

// One image of 1 x 1 pixel with this label.
void WriteOneImage(const std::string& directory, const std::string& prefix, char label) {
  const std::string images("\0\0\x8\x3\0\0\0\1\0\0\0\1\0\0\0\1\x33", 17);
  const std::string labels = std::string("\0\0\x8\x1\0\0\0\1", 8) + label;
  ASSERT_TRUE(CreateDirectories(directory).ok());
  ASSERT_TRUE(WriteFileAtomically(directory + "/" + prefix + "-images-idx3-ubyte", images).ok());
  ASSERT_TRUE(WriteFileAtomically(directory + "/" + prefix + "-labels-idx1-ubyte", labels).ok());
}

TEST(MnistTest, ReadsThePartsApart) {
  const std::string directory = TestDirectory();
  WriteOneImage(directory, "train", 3);
  WriteOneImage(directory, "t10k", 7);

  const Dataset training = ReadMnist("mnist", directory, DatasetPart::kTraining).value();
  const Dataset test = ReadMnist("mnist", directory, DatasetPart::kTest).value();

  EXPECT_THAT(training.labels, ElementsAre(3));
  EXPECT_THAT(test.labels, ElementsAre(7));
  EXPECT_EQ(training.num_classes, 10);
}

TEST(MnistTest, LooksInTheCacheByDefault) {
  const std::string cache = TestDirectory();
  setenv("XDG_CACHE_HOME", cache.c_str(), 1);
  WriteOneImage(cache + "/ladder/fashion_mnist", "train", 3);

  EXPECT_TRUE(ReadMnist("fashion_mnist", "", DatasetPart::kTraining).ok());
}

TEST(MnistTest, FindsPackedFiles) {
  const std::string directory = TestDirectory();
  WriteOneImage(directory, "train", 3);
  for (const std::string name : {"/train-images-idx3-ubyte", "/train-labels-idx1-ubyte"}) {
    const std::string path = directory + name;
    ASSERT_EQ(std::rename(path.c_str(), (path + ".gz").c_str()), 0);
  }

  EXPECT_TRUE(ReadMnist("mnist", directory, DatasetPart::kTraining).ok());
}

TEST(MnistTest, AMissingFileNamesTheCommandThatFetchesIt) {
  const std::string cache = TestDirectory();
  setenv("XDG_CACHE_HOME", cache.c_str(), 1);

  const absl::Status status = ReadMnist("mnist", "", DatasetPart::kTest).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "cannot read " + cache +
                                  "/ladder/mnist/t10k-images-idx3-ubyte: No such file or "
                                  "directory; to fetch it: bazel run //tools:fetch_data -- mnist");
}

TEST(MnistTest, TheCommandNamesAFolderOfTheUsersOwn) {
  const std::string directory = TestDirectory();

  EXPECT_EQ(ReadMnist("fashion_mnist", directory, DatasetPart::kTest).status().message(),
            "cannot read " + directory +
                "/t10k-images-idx3-ubyte: No such file or directory; to "
                "fetch it: bazel run //tools:fetch_data -- fashion_mnist --dir=" +
                directory);
}

TEST(MnistTest, OtherErrorsStayAsTheyAre) {
  const std::string directory = TestDirectory();
  WriteOneImage(directory, "train", 10);

  EXPECT_EQ(ReadMnist("mnist", directory, DatasetPart::kTraining).status().message(),
            directory +
                "/train-labels-idx1-ubyte: byte 8: label 10; allowed are the integers from 0 to 9, "
                "and for no label 255");
}

}  // namespace
}  // namespace ladder
