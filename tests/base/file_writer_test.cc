#include "base/file_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

class FileWriterTest : public testing::Test {
 protected:
  FileWriterTest() {
    std::string path = testing::TempDir() + "/file_writer_test_XXXXXX";
    directory_ = mkdtemp(path.data());
  }
  ~FileWriterTest() override { std::filesystem::remove_all(directory_); }

  // Writes two pieces.
  static absl::Status Write(const std::string& path) {
    absl::StatusOr<FileWriter> writer = FileWriter::Open(path);
    if (!writer.ok()) return writer.status();
    FileWriter moved = *std::move(writer);
    for (const char* piece : {"one ", "two"}) {
      const absl::Status status = moved.Write(piece);
      if (!status.ok()) return status;
    }
    return moved.Commit();
  }
  std::vector<std::string> Names(const std::string& path) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  std::string directory_;
};

TEST_F(FileWriterTest, WritesPieces) {
  const std::string path = directory_ + "/x";
  for (int time = 0; time < 2; ++time) {
    EXPECT_TRUE(Write(path).ok());
    EXPECT_EQ(*ReadFile(path), "one two");
    EXPECT_THAT(Names(directory_), ElementsAre("x"));
  }
}

TEST_F(FileWriterTest, WhatIsNotCommittedLeavesTheOldFile) {
  const std::string path = directory_ + "/x";
  ASSERT_TRUE(Write(path).ok());
  {
    absl::StatusOr<FileWriter> writer = FileWriter::Open(path);
    ASSERT_TRUE(writer.ok());
    ASSERT_TRUE(writer->Write("new").ok());
    EXPECT_EQ(*ReadFile(path), "one two");
  }
  EXPECT_EQ(*ReadFile(path), "one two");
  EXPECT_THAT(Names(directory_), ElementsAre("x"));
}

TEST_F(FileWriterTest, AFolderMayBeALink) {
  std::filesystem::create_directory(directory_ + "/folder");
  std::filesystem::create_directory_symlink("folder", directory_ + "/link");
  ASSERT_TRUE(CreateDirectories(directory_ + "/link").ok());
  ASSERT_TRUE(CreateDirectories(directory_ + "/link/sub").ok());
  std::filesystem::create_symlink("../x", directory_ + "/folder/up");

  for (const char* name : {"/link/x", "/link/sub/x", "/link/up"}) {
    EXPECT_EQ(Write(directory_ + name), absl::OkStatus());
  }

  EXPECT_TRUE(std::filesystem::is_symlink(directory_ + "/link"));
  for (const char* name : {"/folder/x", "/folder/sub/x", "/x"}) {
    EXPECT_EQ(*ReadFile(directory_ + name), "one two");
  }
}

// Nothing may take the place of the file that the standard output goes to, by whatever name.
TEST_F(FileWriterTest, PrintsToTheStandardOutput) {
  const std::string log = directory_ + "/log";
  std::fflush(stdout);
  const int original = dup(STDOUT_FILENO);
  const int redirected = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  dup2(redirected, STDOUT_FILENO);
  for (const std::string& path : {std::string("-"), std::string("/proc/self/fd/1"), log}) {
    std::printf(" ");
    EXPECT_EQ(Write(path), absl::OkStatus());
  }
  std::fflush(stdout);
  dup2(original, STDOUT_FILENO);
  close(redirected);
  close(original);

  EXPECT_EQ(*ReadFile(log), " one two one two one two");
}

TEST_F(FileWriterTest, ErrorsNameThePath) {
  EXPECT_EQ(Write(directory_ + "/none/x").message(),
            "cannot write " + directory_ + "/none/x: No such file or directory");
  EXPECT_EQ(Write(directory_).message(), "cannot write " + directory_ + ": Is a directory");
  EXPECT_EQ(Write("/dev/full").message(), "cannot write /dev/full: No space left on device");
}

}  // namespace
}  // namespace ladder
