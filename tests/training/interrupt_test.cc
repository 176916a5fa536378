#include "training/interrupt.h"

#include <signal.h>

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
  }
};

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
        raise(GetParam());
      },
      testing::KilledBySignal(GetParam()), "");
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

INSTANTIATE_TEST_SUITE_P(Signals, InterruptHandlerTest, testing::Values(SIGINT, SIGTERM));

TEST(InterruptHandlerDeathTest, OnlyOneMayLive) {
  const InterruptHandler handler;
  EXPECT_DEATH(InterruptHandler(), "another InterruptHandler lives");
}

}  // namespace
}  // namespace ladder
