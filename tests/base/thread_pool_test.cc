#include "base/thread_pool.h"

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

class ThreadPoolTest : public testing::TestWithParam<int> {
 protected:
  ThreadPool pool_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolTest, testing::Values(1, 2, 3, 8));

TEST_P(ThreadPoolTest, CountsTheCaller) { EXPECT_EQ(pool_.num_threads(), GetParam()); }

TEST_P(ThreadPoolTest, RunsEachTaskOnce) {
  std::vector<std::atomic<int>> calls(1000);

  pool_.Run(1000, [&](int64_t i) { ++calls[i]; });

  for (const std::atomic<int>& count : calls) EXPECT_EQ(count, 1);
}

TEST_P(ThreadPoolTest, ReturnsAfterAllTasks) {
  // Many short rounds: a worker that is late must not touch the next one.
  for (int round = 0; round < 2000; ++round) {
    std::atomic<int> num_done{0};
    pool_.Run(1 + round % 7, [&](int64_t) { ++num_done; });
    ASSERT_EQ(num_done, 1 + round % 7);
  }
}

TEST_P(ThreadPoolTest, ThreadsHelpWithTheSharesOfOthers) {
  if (GetParam() == 1) return;
  // The first task keeps its thread until all others are done, some of which are in its share.
  std::atomic<int> num_done{0};

  pool_.Run(40, [&](int64_t i) {
    while (i == 0 && num_done < 39) std::this_thread::yield();
    ++num_done;
  });

  EXPECT_EQ(num_done, 40);
}

TEST_P(ThreadPoolTest, WhatTasksWroteIsVisibleAfterRun) {
  std::vector<int64_t> squares(10000);

  pool_.Run(10000, [&](int64_t i) { squares[i] = i * i; });

  for (int64_t i = 0; i < 10000; ++i) ASSERT_EQ(squares[i], i * i);
}

TEST_P(ThreadPoolTest, NoTwoTasksHaveAThreadsNumberAtATime) {
  std::vector<std::atomic<int>> tasks_of(GetParam());
  std::atomic<int> num_done{0};

  pool_.Run(1000, [&](int64_t, int thread) {
    if (++tasks_of.at(thread) == 1) ++num_done;
    --tasks_of[thread];
  });

  EXPECT_EQ(num_done, 1000);
}

TEST_P(ThreadPoolTest, NoTasks) {
  pool_.Run(0, [](int64_t) { FAIL(); });
}

TEST_P(ThreadPoolTest, ParallelForCoversTheRangeInPiecesOfTheGrain) {
  for (int64_t size : {0, 1, 99, 100, 101, 1000}) {
    std::vector<std::atomic<int>> calls(size);
    std::atomic<bool> right_length{true};

    ParallelFor(pool_, size, 100, [&](int64_t begin, int64_t end) {
      if (begin % 100 != 0 || (end - begin != 100 && end != size)) right_length = false;
      for (int64_t i = begin; i < end; ++i) ++calls[i];
    });

    EXPECT_TRUE(right_length);
    for (const std::atomic<int>& count : calls) EXPECT_EQ(count, 1);
  }
}

TEST(ThreadPoolAloneTest, ADryRunCallsNoTask) {
  ThreadPool pool(3, /*dry_run=*/true);
  pool.Run(5, [](int64_t) { FAIL(); });
  EXPECT_EQ(pool.num_threads(), 3);
}

TEST(ThreadPoolAloneTest, OneThreadIsTheCaller) {
  ThreadPool pool(1);
  const std::thread::id caller = std::this_thread::get_id();

  pool.Run(10, [&](int64_t) { EXPECT_EQ(std::this_thread::get_id(), caller); });
}

TEST(ThreadPoolAloneTest, TwoThreadsWorkAtTheSameTime) {
  ThreadPool pool(2);
  std::atomic<int> num_arrived{0};

  // Each task waits for the other: one thread alone would never come back.
  pool.Run(2, [&](int64_t) {
    ++num_arrived;
    while (num_arrived < 2) std::this_thread::yield();
  });

  EXPECT_EQ(num_arrived, 2);
}

TEST(ThreadPoolAloneTest, PoolsThatNeverRunEndToo) {
  for (int i = 0; i < 100; ++i) ThreadPool pool(3);
}

TEST(ThreadPoolDeathTest, NeedsAThreadAndAGrain) {
  EXPECT_DEATH(ThreadPool(0), "got num_threads = 0");
  ThreadPool pool(1);
  EXPECT_DEATH(ParallelFor(pool, 10, 0, [](int64_t, int64_t) {}), "got grain = 0");
}

}  // namespace
}  // namespace ladder
