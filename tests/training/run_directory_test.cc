#include "training/run_directory.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

std::string Message(const absl::StatusOr<RunDirectory>& run) {
  return std::string(run.status().message());
}

class RunDirectoryTest : public testing::Test {
 protected:
  RunDirectoryTest() {
    std::string path = JoinPath(testing::TempDir(), "run_directory_test_XXXXXX");
    parent_ = mkdtemp(path.data());
    path_ = JoinPath(parent_, "runs/1");
  }

  std::string parent_, path_;
};

TEST_F(RunDirectoryTest, IsMadeWithTheFoldersAboveIt) {
  const absl::StatusOr<RunDirectory> run = RunDirectory::Create(path_);

  ASSERT_TRUE(run.ok()) << run.status();
  EXPECT_EQ(run->path(), path_);
  EXPECT_TRUE(WriteFileAtomically(run->config(), "").ok());
}

TEST_F(RunDirectoryTest, KnowsWhereThingsAre) {
  const absl::StatusOr<RunDirectory> run = RunDirectory::Create(path_);
  ASSERT_TRUE(run.ok());

  EXPECT_EQ(run->config(), path_ + "/config.pbtxt");
  EXPECT_EQ(run->command(), path_ + "/command.txt");
  EXPECT_EQ(run->labeled_indices(), path_ + "/labeled_indices.txt");
  EXPECT_EQ(run->metrics(), path_ + "/metrics.jsonl");
  EXPECT_EQ(run->checkpoints(), path_ + "/checkpoints");
  EXPECT_EQ(run->evaluation(), path_ + "/evaluation.json");
}

TEST_F(RunDirectoryTest, EmptyFolderMayBeThere) {
  ASSERT_TRUE(CreateDirectories(path_).ok());

  EXPECT_TRUE(RunDirectory::Create(path_).ok());
}

TEST_F(RunDirectoryTest, RefusesToOverwriteARun) {
  const absl::StatusOr<RunDirectory> run = RunDirectory::Create(path_);
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE(WriteFileAtomically(run->config(), "x").ok());

  EXPECT_EQ(RunDirectory::Create(path_).status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Message(RunDirectory::Create(path_)),
            path_ + " already holds a run: resume it, delete it, or choose another folder");

  ASSERT_TRUE(WriteFileAtomically(run->evaluation(), "x").ok());
  EXPECT_EQ(
      Message(RunDirectory::Create(path_)),
      path_ +
          " already holds a run, a finished one: resume it, delete it, or choose another folder");
}

TEST_F(RunDirectoryTest, RefusesAFolderWithOtherThings) {
  ASSERT_TRUE(CreateDirectories(path_ + "/photos").ok());

  EXPECT_EQ(Message(RunDirectory::Create(path_)),
            path_ + " is not empty and holds no run: choose another folder");
}

TEST_F(RunDirectoryTest, SaysWhyItCannotBeMade) {
  const std::string file = JoinPath(parent_, "file");
  ASSERT_TRUE(WriteFileAtomically(file, "").ok());

  EXPECT_EQ(Message(RunDirectory::Create(file + "/run")),
            "cannot create the folder " + file + "/run: Not a directory");
  EXPECT_THAT(Message(RunDirectory::Create(file)), testing::HasSubstr(file + ": "));
}

TEST_F(RunDirectoryTest, RefusesAFolderThatCannotBeWrittenTo) {
  ASSERT_TRUE(CreateDirectories(path_).ok());
  ASSERT_EQ(chmod(path_.c_str(), 0555), 0);
  if (access(path_.c_str(), W_OK) == 0) GTEST_SKIP() << "root may write everywhere";

  EXPECT_EQ(Message(RunDirectory::Create(path_)),
            "cannot write to the folder " + path_ + ": Permission denied");
}

TEST_F(RunDirectoryTest, OpensARun) {
  const absl::StatusOr<RunDirectory> run = RunDirectory::Create(path_);
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE(WriteFileAtomically(run->config(), "x").ok());

  const absl::StatusOr<RunDirectory> opened = RunDirectory::Open(path_);

  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_EQ(opened->path(), path_);
}

TEST_F(RunDirectoryTest, TakesOverWhatEndedBeforeItWasARun) {
  ASSERT_TRUE(CreateDirectories(path_ + "/checkpoints").ok());
  for (const char* name : {"/run.json", "/command.txt", "/rows.csv", "/config.pbtxt.tmp12"}) {
    ASSERT_TRUE(WriteFileAtomically(path_ + name, "x").ok());
  }

  for (const auto make : {RunDirectory::Create, RunDirectory::Resume}) {
    const absl::StatusOr<RunDirectory> run = make(path_);

    ASSERT_TRUE(run.ok()) << run.status();
    EXPECT_FALSE(RunDirectory::IsRun(path_));
    EXPECT_NE(access(run->info().c_str(), F_OK), 0);
    EXPECT_NE(access((path_ + "/config.pbtxt.tmp12").c_str(), F_OK), 0);
  }
}

TEST_F(RunDirectoryTest, AUsersFilesAreNoBeginning) {
  ASSERT_TRUE(CreateDirectories(path_).ok());
  ASSERT_TRUE(WriteFileAtomically(path_ + "/rows.csv", "1,2").ok());
  EXPECT_FALSE(RunDirectory::Create(path_).ok());

  ASSERT_TRUE(WriteFileAtomically(path_ + "/run.json", "{}").ok());
  ASSERT_TRUE(WriteFileAtomically(path_ + "/thesis.tex", "").ok());
  EXPECT_FALSE(RunDirectory::Create(path_).ok());
  EXPECT_FALSE(RunDirectory::Resume(path_).ok());
  EXPECT_EQ(*ReadFile(path_ + "/rows.csv"), "1,2");
}

TEST_F(RunDirectoryTest, OneTrainingAtATime) {
  const std::string busy = path_ + "/lock: process " + std::to_string(getpid()) +
                           " is training in this folder: wait for its end, or choose another "
                           "folder";
  {
    const absl::StatusOr<RunDirectory> run = RunDirectory::Create(path_);
    ASSERT_TRUE(run.ok());
    EXPECT_EQ(Message(RunDirectory::Create(path_)), busy);
    ASSERT_TRUE(WriteFileAtomically(run->config(), "x").ok());
    EXPECT_EQ(Message(RunDirectory::Resume(path_)), busy);
    EXPECT_TRUE(RunDirectory::Open(path_).ok());
  }

  EXPECT_TRUE(RunDirectory::Resume(path_).ok());
}

TEST_F(RunDirectoryTest, DeletesWhatACrashLeft) {
  const absl::StatusOr<RunDirectory> run = RunDirectory::Create(path_);
  ASSERT_TRUE(run.ok());
  for (const char* folder : {"/step_1", "/step_2", "/step_3.tmp", "/mine"}) {
    ASSERT_TRUE(CreateDirectories(run->checkpoints() + folder).ok());
  }
  for (const char* name : {"/config.pbtxt", "/metrics.jsonl.tmp7", "/failure.txt", "/a.tmp",
                           "/checkpoints/step_1/done"}) {
    ASSERT_TRUE(WriteFileAtomically(path_ + name, "").ok());
  }

  ASSERT_TRUE(run->DeleteLeftovers().ok());

  const auto exists = [this](const char* name) {
    return access((path_ + name).c_str(), F_OK) == 0;
  };
  for (const char* name :
       {"/metrics.jsonl.tmp7", "/failure.txt", "/checkpoints/step_2", "/checkpoints/step_3.tmp"}) {
    EXPECT_FALSE(exists(name)) << name;
  }
  for (const char* name : {"/config.pbtxt", "/a.tmp", "/checkpoints/step_1", "/checkpoints/mine"}) {
    EXPECT_TRUE(exists(name)) << name;
  }
}

TEST_F(RunDirectoryTest, OpensNothingElse) {
  const absl::StatusOr<RunDirectory> run = RunDirectory::Open(parent_);

  EXPECT_EQ(run.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Message(run), parent_ + " holds no run: cannot read " + parent_ +
                              "/config.pbtxt: No such file or directory");
}

}  // namespace
}  // namespace ladder
