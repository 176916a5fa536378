#include "tensor/arena.h"

#include <cstdint>
#include <cstring>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

TEST(ArenaTest, MemoryIsAlignedAndItsOwn) {
  Arena arena;
  std::vector<char*> blocks;
  for (size_t i = 0; i < 200; ++i) {
    blocks.push_back(static_cast<char*>(arena.Allocate(i * 100)));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(blocks[i]) % kAlignment, 0);
    std::memset(blocks[i], static_cast<int>(i), i * 100);
  }

  for (size_t i = 0; i < 200; ++i) {
    for (size_t j = 0; j < i * 100; ++j) ASSERT_EQ(blocks[i][j], static_cast<char>(i));
  }
}

TEST(ArenaTest, ThirdRoundTakesNothingFromTheSystem) {
  Arena arena;
  std::vector<int> counts;
  for (int round = 0; round < 5; ++round) {
    for (size_t i = 0; i < 100; ++i) arena.Allocate(100000);
    arena.Reset();
    counts.push_back(arena.num_system_allocations());
  }

  EXPECT_GT(counts[0], 0);
  EXPECT_EQ(counts[2], counts[1]);
  EXPECT_EQ(counts[4], counts[1]);
  EXPECT_GE(arena.capacity(), 100 * 100000);
}

TEST(ArenaTest, GrowsWhenARoundNeedsMore) {
  Arena arena;
  arena.Allocate(1 << 20);
  arena.Reset();

  char* large = static_cast<char*>(arena.Allocate(64 << 20));

  std::memset(large, 1, 64 << 20);
  EXPECT_GE(arena.capacity(), 64 << 20);
}

TEST(ArenaTest, UsedCountsWithPaddingUntilReset) {
  Arena arena;
  EXPECT_EQ(arena.used(), 0);

  arena.Allocate(1);
  arena.Allocate(kAlignment + 1);
  EXPECT_EQ(arena.used(), 3 * kAlignment);

  arena.Reset();
  EXPECT_EQ(arena.used(), 0);
}

TEST(ArenaTest, AScopeForgetsWhatWasAllocatedInIt) {
  Arena arena({.poison = true});
  char* before = static_cast<char*>(arena.Allocate(100));
  std::memset(before, 1, 100);
  const size_t used = arena.used();
  void* inside;
  {
    const ArenaScope scope(&arena);
    inside = arena.Allocate(5000);
    std::memset(inside, 2, 5000);
  }
  EXPECT_EQ(arena.used(), used);

  const unsigned char* after = static_cast<unsigned char*>(arena.Allocate(6000));

  EXPECT_EQ(after, inside);
  EXPECT_THAT(std::vector<unsigned char>(after, after + 6000), testing::Each(0xFF));
  EXPECT_THAT(std::vector<char>(before, before + 100), testing::Each(1));
}

// What is allocated in a scope counts for the size of the one block that holds all.
TEST(ArenaTest, RoundsWithScopesConvergeToo) {
  Arena arena;
  std::vector<int> counts;
  for (int round = 0; round < 5; ++round) {
    for (size_t i = 1; i < 20; ++i) {
      arena.Allocate(100000);
      const ArenaScope scope(&arena);
      std::memset(arena.Allocate(i % 7 * 1000000), 1, i % 7 * 1000000);
      const ArenaScope inner(&arena);
      std::memset(arena.Allocate(i % 3 * 1000000), 1, i % 3 * 1000000);
    }
    arena.Reset();
    counts.push_back(arena.num_system_allocations());
  }

  EXPECT_GT(counts[0], 1);
  EXPECT_EQ(counts[2], counts[1]);
  EXPECT_EQ(counts[4], counts[1]);
  EXPECT_LT(arena.capacity(), 20 * 100000 + 9000000);
}

TEST(ArenaTest, PoisonFillsFreshAndForgottenMemory) {
  Arena arena({.poison = true});
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) {
      unsigned char* memory = static_cast<unsigned char*>(arena.Allocate(1 << 20));
      for (int j = 0; j < 1 << 20; ++j) ASSERT_EQ(memory[j], 0xFF) << "round " << round;
      std::memset(memory, 0, 1 << 20);
    }
    arena.Reset();
  }
}

}  // namespace
}  // namespace ladder
