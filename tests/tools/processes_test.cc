#include "tools/processes.h"

#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "base/file.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

std::string TestFile(const std::string& name) {
  const std::string path = JoinPath(testing::TempDir(), name);
  std::filesystem::remove(path);
  return path;
}

TEST(ProcessesTest, EachJobEndsWithItsExitCode) {
  const std::vector<Job> jobs = {
      {[] { return 0; }, "/dev/null"},
      {[] { return 4; }, "/dev/null"},
      {[]() -> int {
         raise(SIGKILL);
         return 0;
       },
       "/dev/null"},
  };
  for (const int num_jobs : {1, 2, 5}) {
    std::map<size_t, int> codes;

    const absl::Status status =
        RunJobs(jobs, num_jobs, [&](size_t job, int code) { codes[job] = code; });

    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(codes, (std::map<size_t, int>{{0, 0}, {1, 4}, {2, 128 + SIGKILL}}));
  }
}

TEST(ProcessesTest, OneAtATimeIsOneAfterTheOther) {
  const std::string log = TestFile("in_order.log");
  std::vector<Job> jobs;
  for (int i = 0; i < 4; ++i) {
    jobs.push_back({[i] {
                      std::printf("%d begins\n", i);
                      std::fflush(stdout);
                      std::cerr << i << " ends\n";
                      return 0;
                    },
                    log});
  }

  ASSERT_TRUE(RunJobs(jobs, 1, [](size_t, int) {}).ok());

  EXPECT_EQ(*ReadFile(log),
            "0 begins\n0 ends\n1 begins\n1 ends\n2 begins\n2 ends\n3 begins\n3 ends\n");
}

// Waits until a signal comes, as one who saves his work then.
int WaitForATermination() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  kill(getppid(), SIGINT);  // now that it would be noticed
  int number = 0;
  sigwait(&signals, &number);
  return 130;
}

TEST(ProcessesTest, AnInterruptIsPassedOnAndNothingMoreIsStarted) {
  std::map<size_t, int> codes;

  const absl::Status status =
      RunJobs({{WaitForATermination, "/dev/null"}, {[] { return 0; }, "/dev/null"}}, 1,
              [&](size_t job, int code) { codes[job] = code; });

  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_EQ(codes, (std::map<size_t, int>{{0, 130}}));
}

TEST(ProcessesTest, ALogThatCannotBeWrittenIsAFailure) {
  int exit_code = 0;

  ASSERT_TRUE(RunJobs({{[] { return 0; }, "/nowhere/log"}}, 1, [&](size_t, int code) {
                exit_code = code;
              }).ok());

  EXPECT_EQ(exit_code, 3);
}

}  // namespace
}  // namespace ladder
