#include "training/metrics.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <limits>
#include <string>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::HasSubstr;

class MetricsLogTest : public testing::Test {
 protected:
  MetricsLogTest() {
    std::string path = JoinPath(testing::TempDir(), "metrics_test_XXXXXX");
    path_ = JoinPath(mkdtemp(path.data()), "metrics.jsonl");
  }
  std::string Contents() { return ReadFile(path_).value(); }
  void Write(const std::string& contents) {
    ASSERT_TRUE(WriteFileAtomically(path_, contents).ok());
  }

  std::string path_;
};

TEST_F(MetricsLogTest, WritesAJsonObjectALine) {
  absl::StatusOr<MetricsLog> log = MetricsLog::Open(path_, 0);
  ASSERT_TRUE(log.ok()) << log.status();

  ASSERT_TRUE(log->Append(600, {{"epoch", 1}, {"cost", 0.1}, {"big", 1e300}}).ok());
  ASSERT_TRUE(log->Append(1200, {{"a \"name\"", -2.5}}).ok());

  EXPECT_EQ(Contents(),
            "{\"step\":600,\"epoch\":1,\"cost\":0.1,\"big\":1e+300}\n"
            "{\"step\":1200,\"a \\\"name\\\"\":-2.5}\n");
}

TEST_F(MetricsLogTest, EachLineIsInTheFileAtOnce) {
  absl::StatusOr<MetricsLog> log = MetricsLog::Open(path_, 0);
  ASSERT_TRUE(log.ok());
  EXPECT_EQ(Contents(), "");

  ASSERT_TRUE(log->Append(1, {}).ok());

  EXPECT_EQ(Contents(), "{\"step\":1}\n");
}

TEST_F(MetricsLogTest, WhatIsNotFiniteIsNull) {
  absl::StatusOr<MetricsLog> log = MetricsLog::Open(path_, 0);
  ASSERT_TRUE(log.ok());
  constexpr double kInfinity = std::numeric_limits<double>::infinity();

  ASSERT_TRUE(log->Append(1, {{"a", std::numeric_limits<double>::quiet_NaN()},
                              {"b", kInfinity},
                              {"c", -kInfinity}})
                  .ok());

  EXPECT_EQ(Contents(), "{\"step\":1,\"a\":null,\"b\":null,\"c\":null}\n");
}

TEST_F(MetricsLogTest, ResumingDropsLaterSteps) {
  Write("{\"step\":1}\n{\"step\":3,\"x\":null}\n{\"step\":2}\n{\"step\":4}\n");

  absl::StatusOr<MetricsLog> log = MetricsLog::Open(path_, 2);
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_TRUE(log->Append(3, {}).ok());

  EXPECT_EQ(Contents(), "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n");
}

TEST_F(MetricsLogTest, ResumingDropsALastLineThatACrashCutShort) {
  Write("{\"step\":1}\n{\"step\":2,\"co");

  absl::StatusOr<MetricsLog> log = MetricsLog::Open(path_, 2);
  ASSERT_TRUE(log.ok()) << log.status();
  ASSERT_TRUE(log->Append(2, {}).ok());

  EXPECT_EQ(Contents(), "{\"step\":1}\n{\"step\":2}\n");
}

TEST_F(MetricsLogTest, NamesALineThatIsNoRecordAndLeavesTheFile) {
  for (const std::string bad : {"", "[1]", "{\"step\":", "{\"epoch\":1}", "{\"step\":1.5}"}) {
    const std::string contents = "{\"step\":9}\n" + bad + "\n{\"step\":2}\n";
    Write(contents);

    const absl::Status status = MetricsLog::Open(path_, 1).status();

    EXPECT_EQ(std::string(status.message()),
              path_ + ":2: is no JSON object with an integer \"step\"; mend or delete the line");
    EXPECT_EQ(Contents(), contents);
  }
}

TEST_F(MetricsLogTest, ReportsTheSystemsReason) {
  const absl::Status missing = MetricsLog::Open("/nowhere/metrics.jsonl", 0).status();
  const absl::Status folder = MetricsLog::Open(testing::TempDir(), 0).status();

  EXPECT_EQ(std::string(missing.message()),
            "cannot write /nowhere/metrics.jsonl: No such file or directory");
  EXPECT_THAT(std::string(folder.message()), HasSubstr("Is a directory"));
}

TEST_F(MetricsLogTest, ReportsAFullDisk) {
  absl::StatusOr<MetricsLog> log = MetricsLog::Open(path_, 0);
  ASSERT_TRUE(log.ok());
  // Files of this process may not grow: writing fails as it does on a full disk.
  rlimit old;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &old), 0);
  const rlimit none = {0, old.rlim_max};
  signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);

  const absl::Status status = log->Append(1, {});

  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &old), 0);
  EXPECT_EQ(std::string(status.message()), "cannot write " + path_ + ": File too large");
}

}  // namespace
}  // namespace ladder
