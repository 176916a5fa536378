#include "training/progress.h"

#include <limits>
#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::HasSubstr;

class ProgressTest : public testing::Test {
 protected:
  ProgressOptions Options(bool is_terminal) {
    ProgressOptions options;
    options.num_steps = 1000;
    options.is_terminal = is_terminal;
    options.width = 200;
    options.now = [this] { return now_; };
    return options;
  }
  // What was written since the last call.
  std::string Output() {
    const std::string text = out_.str();
    out_.str("");
    return text;
  }

  double now_ = 1e6;
  std::ostringstream out_;
};

TEST_F(ProgressTest, TerminalShowsBarRateTimeLeftAndCosts) {
  Progress progress(&out_, Options(true));
  now_ += 20;

  progress.Update(250, {{"cost", 0.123456}, {"top", std::numeric_limits<double>::quiet_NaN()}});

  EXPECT_EQ(Output(),
            "\r\x1b[K[#####...............]  25% step 250/1000, 12.5 steps/s, 1:00 left, "
            "cost 0.1235, top nan");
}

TEST_F(ProgressTest, TerminalIsDrawnTenTimesASecond) {
  Progress progress(&out_, Options(true));
  progress.Update(1, {});
  EXPECT_THAT(Output(), HasSubstr("step 1/1000"));

  now_ += 0.09;
  progress.Update(2, {});
  EXPECT_EQ(Output(), "");

  now_ += 0.02;
  progress.Update(3, {});
  EXPECT_THAT(Output(), HasSubstr("step 3/1000"));
}

TEST_F(ProgressTest, RateCountsOnlyTheStepsOfThisProcess) {
  ProgressOptions options = Options(true);
  options.first_step = 800;
  Progress progress(&out_, options);
  now_ += 10;

  progress.Update(900, {});

  EXPECT_THAT(Output(), HasSubstr("step 900/1000, 10 steps/s, 0:10 left"));
}

TEST_F(ProgressTest, NoRateBeforeTimeHasPassed) {
  Progress progress(&out_, Options(true));

  progress.Update(5, {});

  EXPECT_EQ(Output(), "\r\x1b[K[....................]   0% step 5/1000");
}

TEST_F(ProgressTest, BarNeverReachesTheLastColumn) {
  ProgressOptions options = Options(true);
  options.width = 30;
  Progress progress(&out_, options);

  progress.Update(1000, {});

  EXPECT_EQ(Output(), "\r\x1b[K[####################] 100% s");
}

TEST_F(ProgressTest, LinesStandAboveTheBar) {
  Progress progress(&out_, Options(true));
  progress.Update(1, {});
  const std::string bar = Output().substr(4);

  progress.Print("epoch 1");

  EXPECT_EQ(Output(), "\r\x1b[Kepoch 1\n" + bar);
}

TEST_F(ProgressTest, EndTakesTheBarAway) {
  {
    Progress progress(&out_, Options(true));
    progress.Update(1, {});
    Output();
  }
  EXPECT_EQ(Output(), "\r\x1b[K");

  { Progress progress(&out_, Options(true)); }
  EXPECT_EQ(Output(), "");
}

TEST_F(ProgressTest, ElsewherePlainLinesEveryHalfMinute) {
  {
    Progress progress(&out_, Options(false));
    progress.Update(1, {});
    EXPECT_EQ(Output(), "");

    progress.Print("epoch 1");
    EXPECT_EQ(Output(), "epoch 1\n");

    now_ += 31;
    progress.Update(310, {{"cost", 2}});
    EXPECT_EQ(Output(), "step 310/1000, 10 steps/s, 1:09 left, cost 2\n");

    now_ += 1;
    progress.Update(320, {});
    EXPECT_EQ(Output(), "");
  }
  EXPECT_EQ(Output(), "");
}

TEST_F(ProgressTest, HasAClockOfItsOwn) {
  ProgressOptions options = Options(true);
  options.now = nullptr;
  Progress progress(&out_, options);

  progress.Update(1, {});

  EXPECT_THAT(Output(), HasSubstr("step 1/1000"));
}

TEST(ProgressOptionsTest, StderrOfATestIsNoTerminal) {
  EXPECT_FALSE(StderrProgressOptions().is_terminal);
}

TEST(FormatSecondsTest, UsesTheUnitsThatAreNeeded) {
  EXPECT_EQ(FormatSeconds(-1), "0:00");
  EXPECT_EQ(FormatSeconds(7.4), "0:07");
  EXPECT_EQ(FormatSeconds(59.6), "1:00");
  EXPECT_EQ(FormatSeconds(723), "12:03");
  EXPECT_EQ(FormatSeconds(5025), "1:23:45");
  EXPECT_EQ(FormatSeconds(2 * 86400 + 3 * 3600 + 4 * 60 + 5), "2d 03:04:05");
  EXPECT_EQ(FormatSeconds(1e300), "11574074074d 01:46:40");
}

TEST(ProgressDeathTest, RefusesNoSteps) {
  std::ostringstream out;
  EXPECT_DEATH(Progress(&out, {.num_steps = 0}), "got num_steps = 0");
}

}  // namespace
}  // namespace ladder
