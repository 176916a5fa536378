#include "base/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A fresh folder for each test.
std::string TestDirectory() {
  std::string path = testing::TempDir() + "/file_test_XXXXXX";
  return mkdtemp(path.data());
}

std::vector<std::string> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST(FileTest, WrittenBytesAreReadBack) {
  const std::string path = TestDirectory() + "/x";
  const std::string contents("a\0b\n\xff", 5);

  ASSERT_TRUE(WriteFileAtomically(path, contents).ok());

  EXPECT_EQ(ReadFile(path).value(), contents);
}

TEST(FileTest, ReadsAnEmptyFile) {
  const std::string path = TestDirectory() + "/x";
  ASSERT_TRUE(WriteFileAtomically(path, "").ok());

  EXPECT_EQ(ReadFile(path).value(), "");
}

TEST(FileTest, ReadsAFileThatReportsNoSize) {
  // Files in /proc are 0 bytes long until they are read.
  EXPECT_THAT(ReadFile("/proc/self/stat").value(), testing::HasSubstr("file_test"));
}

TEST(FileTest, ReadingNamesTheMissingFile) {
  const std::string path = TestDirectory() + "/missing";

  const absl::Status status = ReadFile(path).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "cannot read " + path + ": No such file or directory");
}

TEST(FileTest, ReadingAFolderIsAnError) {
  const std::string path = TestDirectory();

  EXPECT_EQ(ReadFile(path).status().message(), "cannot read " + path + ": Is a directory");
}

TEST(FileTest, AHugeFileIsRefusedBeforeAnyIsRead) {
  const std::string path = TestDirectory() + "/x";
  ASSERT_TRUE(WriteFileAtomically(path, "").ok());
  std::filesystem::resize_file(path, uintmax_t{1} << 40);  // all hole: no room on the disk

  EXPECT_EQ(ReadFile(path).status().message(), "cannot read " + path + ": it is larger than 4 GiB");
}

TEST(FileTest, WritingReplacesAndLeavesNothingElse) {
  const std::string directory = TestDirectory();
  ASSERT_TRUE(WriteFileAtomically(directory + "/x", "a longer text").ok());

  ASSERT_TRUE(WriteFileAtomically(directory + "/x", "short").ok());

  EXPECT_EQ(ReadFile(directory + "/x").value(), "short");
  EXPECT_THAT(NamesIn(directory), ElementsAre("x"));
}

TEST(FileTest, WritingIntoAMissingFolderNamesThePath) {
  const std::string path = TestDirectory() + "/missing/x";

  const absl::Status status = WriteFileAtomically(path, "");

  EXPECT_EQ(status.message(), "cannot write " + path + ": No such file or directory");
}

TEST(FileTest, WritingOverAFolderLeavesItAlone) {
  const std::string directory = TestDirectory();
  const std::string path = directory + "/folder";
  ASSERT_TRUE(CreateDirectories(path).ok());

  EXPECT_EQ(WriteFileAtomically(path, "").message(), "cannot write " + path + ": Is a directory");
  EXPECT_THAT(NamesIn(directory), ElementsAre("folder"));
}

TEST(FileTest, ADiskErrorLeavesNothingBehind) {
  const std::string directory = TestDirectory();
  // A name of 255 bytes is allowed, the temporary file's longer one is not.
  const std::string path = directory + "/" + std::string(255, 'x');

  EXPECT_EQ(WriteFileAtomically(path, "").message(),
            "cannot write " + path + ": File name too long");
  EXPECT_THAT(NamesIn(directory), IsEmpty());
}

TEST(FileTest, AFullDiskKeepsTheOldFile) {
  const std::string directory = TestDirectory();
  const std::string path = directory + "/x";
  ASSERT_TRUE(WriteFileAtomically(path, "old").ok());

  // The system's limit on the size of files stands for a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit unlimited;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
  const rlimit limit = {.rlim_cur = 4096, .rlim_max = unlimited.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const absl::Status status = WriteFileAtomically(path, std::string(10000, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &unlimited), 0);

  EXPECT_EQ(status.message(), "cannot write " + path + ": File too large");
  EXPECT_EQ(ReadFile(path).value(), "old");
  EXPECT_THAT(NamesIn(directory), ElementsAre("x"));
}

TEST(FileTest, WritingToADeviceKeepsTheDevice) {
  ASSERT_TRUE(WriteFileAtomically("/dev/null", "x").ok());

  EXPECT_FALSE(std::filesystem::is_regular_file("/dev/null"));
}

// /dev/stdout is a link, and what it leads to may be a file: neither may be replaced.
TEST(FileTest, WritingToStdoutPrintsAfterWhatWasPrinted) {
  const std::string log = TestDirectory() + "/log";
  std::fflush(stdout);
  const int original = dup(STDOUT_FILENO);
  const int redirected = open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
  dup2(redirected, STDOUT_FILENO);
  std::printf("first ");
  const absl::Status status = WriteFileAtomically("/proc/self/fd/1", "second ");
  std::printf("third");
  std::fflush(stdout);
  dup2(original, STDOUT_FILENO);
  close(redirected);
  close(original);

  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(*ReadFile(log), "first second third");
}

TEST(FileTest, WritingThroughALinkKeepsTheLink) {
  const std::string directory = TestDirectory();
  const std::string file = directory + "/linked_file";
  const std::string link = directory + "/link";
  ASSERT_TRUE(WriteFileAtomically(file, "old").ok());
  ASSERT_EQ(symlink("linked_file", link.c_str()), 0);

  ASSERT_TRUE(WriteFileAtomically(link, "new").ok());

  EXPECT_TRUE(std::filesystem::is_symlink(link));
  EXPECT_EQ(*ReadFile(file), "new");
}

TEST(FileTest, WritingThroughALinkThatLeadsNowhereMakesWhatItLeadsTo) {
  const std::string directory = TestDirectory();
  ASSERT_EQ(symlink("second", (directory + "/first").c_str()), 0);
  ASSERT_EQ(symlink("file", (directory + "/second").c_str()), 0);

  ASSERT_TRUE(WriteFileAtomically(directory + "/first", "new").ok());

  EXPECT_TRUE(std::filesystem::is_symlink(directory + "/first"));
  EXPECT_TRUE(std::filesystem::is_symlink(directory + "/second"));
  EXPECT_FALSE(std::filesystem::is_symlink(directory + "/file"));
  EXPECT_EQ(*ReadFile(directory + "/file"), "new");
}

TEST(FileTest, LinksInACircleAreAnError) {
  const std::string directory = TestDirectory();
  ASSERT_EQ(symlink("second", (directory + "/first").c_str()), 0);
  ASSERT_EQ(symlink("first", (directory + "/second").c_str()), 0);

  EXPECT_EQ(WriteFileAtomically(directory + "/first", "new").message(),
            "cannot write " + directory + "/first: Too many levels of symbolic links");
  EXPECT_TRUE(std::filesystem::is_symlink(directory + "/first"));
}

TEST(FileTest, WhatNeverEndsIsReadUpToTheLimit) {
  EXPECT_EQ(ReadFile("/dev/zero", int64_t{1} << 20).status().message(),
            "cannot read /dev/zero: it is larger than 1 MiB");
}

TEST(FileTest, AFullDeviceIsAnError) {
  EXPECT_EQ(WriteFileAtomically("/dev/full", "x").message(),
            "cannot write /dev/full: No space left on device");
}

TEST(FileTest, CreatesFoldersAndAcceptsThem) {
  const std::string path = TestDirectory() + "/a/b/c";

  EXPECT_TRUE(CreateDirectories(path).ok());
  EXPECT_TRUE(CreateDirectories(path).ok());

  EXPECT_TRUE(std::filesystem::is_directory(path));
}

TEST(FileTest, AFolderBelowAFileIsAnError) {
  const std::string path = TestDirectory() + "/x";
  ASSERT_TRUE(WriteFileAtomically(path, "").ok());

  EXPECT_EQ(CreateDirectories(path + "/y").message(),
            "cannot create the folder " + path + "/y: Not a directory");
}

TEST(FileTest, JoinPathKeepsAbsoluteNames) {
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
  EXPECT_EQ(JoinPath("", "b"), "b");
  EXPECT_EQ(JoinPath("a", "/b"), "/b");
}

TEST(FileTest, UserPathsStartWhereThePersonIs) {
  setenv("BUILD_WORKING_DIRECTORY", "/where/i/typed", 1);
  setenv("HOME", "/home/me", 1);

  EXPECT_EQ(ResolveUserPath("runs/1"), "/where/i/typed/runs/1");
  EXPECT_EQ(ResolveUserPath("/runs/1"), "/runs/1");
  EXPECT_EQ(ResolveUserPath("~/runs"), "/home/me/runs");
  EXPECT_EQ(ResolveUserPath(""), "");
  unsetenv("BUILD_WORKING_DIRECTORY");
  EXPECT_EQ(ResolveUserPath("runs/1"), "runs/1");
}

TEST(FileTest, CacheDirectoryFollowsTheEnvironment) {
  setenv("HOME", "/home/me", 1);
  setenv("XDG_CACHE_HOME", "/cache", 1);
  EXPECT_EQ(CacheDirectory().value(), "/cache/ladder");

  setenv("XDG_CACHE_HOME", "relative", 1);
  EXPECT_EQ(CacheDirectory().value(), "/home/me/.cache/ladder");

  unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(CacheDirectory().value(), "/home/me/.cache/ladder");

  unsetenv("HOME");
  EXPECT_EQ(CacheDirectory().status().message(),
            "cannot tell where the data is: set XDG_CACHE_HOME (an absolute path) or HOME");
}

TEST(FileTest, ReplacesAFolderWithAllThatIsInIt) {
  const std::string directory = TestDirectory();
  for (const std::string name : {"/new", "/old"}) {
    ASSERT_TRUE(CreateDirectories(directory + name).ok());
    ASSERT_TRUE(WriteFileAtomically(directory + name + name, "").ok());
  }

  ASSERT_TRUE(ReplaceDirectory(directory + "/new", directory + "/old").ok());

  EXPECT_THAT(NamesIn(directory), ElementsAre("old"));
  EXPECT_THAT(NamesIn(directory + "/old"), ElementsAre("new"));
}

TEST(FileTest, ReplacingNothingOnlyRenames) {
  const std::string directory = TestDirectory();
  ASSERT_TRUE(CreateDirectories(directory + "/new/x").ok());

  ASSERT_TRUE(ReplaceDirectory(directory + "/new", directory + "/old").ok());

  EXPECT_THAT(NamesIn(directory), ElementsAre("old"));
  EXPECT_THAT(NamesIn(directory + "/old"), ElementsAre("x"));
}

TEST(FileTest, ReplacingByAFolderThatIsMissingIsAnError) {
  const std::string directory = TestDirectory();
  ASSERT_TRUE(CreateDirectories(directory + "/old/x").ok());

  const absl::Status status = ReplaceDirectory(directory + "/new", directory + "/old");

  EXPECT_EQ(status.message(), "cannot replace " + directory + "/old: No such file or directory");
  EXPECT_THAT(NamesIn(directory + "/old"), ElementsAre("x"));
}

}  // namespace
}  // namespace ladder
