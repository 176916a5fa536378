#include "training/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include "gtest/gtest.h"

namespace ladder {
namespace {

void Count(int) {}

class InterruptHandlerTest : public testing::TestWithParam<int> {
 protected:
  // Whoever started the test may have set the signals to be ignored.
  InterruptHandlerTest() {
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
  }
};

// Longer than signals count as one.
void WaitForAnother() { usleep(600'000); }

TEST_P(InterruptHandlerTest, FirstSignalIsARequest) {
  const InterruptHandler handler;
  EXPECT_FALSE(handler.requested());

  raise(GetParam());

  EXPECT_TRUE(handler.requested());
}

TEST_P(InterruptHandlerTest, SecondSignalKills) {
  EXPECT_EXIT(
      {
        const InterruptHandler handler;
        raise(SIGINT);
        if (!handler.requested()) _exit(1);
        WaitForAnother();
        raise(GetParam());
      },
      testing::KilledBySignal(GetParam()), "");
}

TEST_P(InterruptHandlerTest, SignalsInQuickSuccessionAreOne) {
  const InterruptHandler handler;
  raise(SIGTERM);
  raise(GetParam());

  EXPECT_TRUE(handler.requested());
  raise(GetParam());
  EXPECT_TRUE(handler.requested());
}

TEST_P(InterruptHandlerTest, NoSignalKillsBeforeTheLoopHasSeenTheFirst) {
  const InterruptHandler handler;
  raise(GetParam());
  WaitForAnother();
  raise(GetParam());

  EXPECT_TRUE(handler.requested());
}

TEST_P(InterruptHandlerTest, OldHandlerComesBack) {
  signal(GetParam(), Count);
  { const InterruptHandler handler; }

  EXPECT_EQ(signal(GetParam(), SIG_DFL), Count);
}

TEST_P(InterruptHandlerTest, IgnoredSignalStaysIgnored) {
  signal(GetParam(), SIG_IGN);
  const InterruptHandler handler;

  raise(GetParam());
  raise(GetParam());

  EXPECT_FALSE(handler.requested());
}

TEST_P(InterruptHandlerTest, NextHandlerStartsAnew) {
  {
    const InterruptHandler handler;
    raise(GetParam());
  }

  const InterruptHandler handler;

  EXPECT_FALSE(handler.requested());
  raise(GetParam());
  EXPECT_TRUE(handler.requested());
}

INSTANTIATE_TEST_SUITE_P(Signals, InterruptHandlerTest, testing::Values(SIGINT, SIGTERM, SIGHUP));

TEST(InterruptHandlerDeathTest, OnlyOneMayLive) {
  const InterruptHandler handler;
  EXPECT_DEATH(InterruptHandler(), "another InterruptHandler lives");
}

}  // namespace
}  // namespace ladder
