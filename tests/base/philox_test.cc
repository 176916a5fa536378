#include "base/philox.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::ElementsAre;

// From the authors' Random123, file kat_vectors.
TEST(PhiloxTest, KnownAnswers) {
  EXPECT_THAT(Philox({.seed = 0, .stream = 0, .step = 0}, 0),
              ElementsAre(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8));
  EXPECT_THAT(Philox({.seed = ~uint64_t{0}, .stream = ~0u, .step = ~0u}, ~uint64_t{0}),
              ElementsAre(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd));
  EXPECT_THAT(Philox({.seed = 0x299f31d0a4093822, .stream = 0x13198a2e, .step = 0x03707344},
                     0x85a308d3243f6a88),
              ElementsAre(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1));
}

TEST(PhiloxSequenceTest, ReadsTheBlocksWordByWord) {
  constexpr RandomKey kKey = {.seed = 1, .stream = 2, .step = 3};
  PhiloxSequence random(kKey);

  for (uint64_t block = 0; block < 3; ++block) {
    for (uint32_t word : Philox(kKey, block)) EXPECT_EQ(random.NextWord(), word);
  }
}

TEST(PhiloxSequenceTest, UniformReachesEachValueEquallyOften) {
  PhiloxSequence random({.seed = 1});
  constexpr int kDraws = 60000;
  std::map<uint64_t, int> counts;

  for (int i = 0; i < kDraws; ++i) ++counts[random.Uniform(6)];

  EXPECT_EQ(counts.size(), 6);
  for (const auto& [value, count] : counts) {
    EXPECT_LT(value, 6);
    // Five standard deviations.
    EXPECT_NEAR(count, kDraws / 6, 5 * std::sqrt(kDraws * 5 / 36.0));
  }
}

TEST(PhiloxSequenceTest, UniformOfBoundsThatDivideNothing) {
  PhiloxSequence random({.seed = 1});
  // Of all 64-bit words, almost half are above the largest multiple of this bound.
  constexpr uint64_t kBound = (uint64_t{1} << 63) + 1;
  int num_above_half = 0;

  for (int i = 0; i < 10000; ++i) {
    const uint64_t value = random.Uniform(kBound);
    ASSERT_LT(value, kBound);
    num_above_half += value > kBound / 2;
  }

  EXPECT_NEAR(num_above_half, 5000, 250);
  EXPECT_EQ(random.Uniform(1), 0);
  EXPECT_DEATH(random.Uniform(0), "no value to return");
}

TEST(PhiloxSequenceTest, UniformDoubleIsInsideTheUnitInterval) {
  PhiloxSequence random({.seed = 1});
  double sum = 0;
  for (int i = 0; i < 10000; ++i) {
    const double value = random.UniformDouble();
    ASSERT_GT(value, 0);
    ASSERT_LT(value, 1);
    sum += value;
  }

  EXPECT_NEAR(sum / 10000, 0.5, 5 * std::sqrt(1.0 / 12 / 10000));
}

TEST(PhiloxSequenceTest, NormalHasMeanZeroAndVarianceOne) {
  PhiloxSequence random({.seed = 1});
  double sum = 0, squares = 0;
  for (int i = 0; i < 10000; ++i) {
    const double value = random.Normal();
    sum += value / 10000;
    squares += value * value / 10000;
  }

  EXPECT_NEAR(sum, 0, 0.05);
  EXPECT_NEAR(squares, 1, 5 * std::sqrt(2.0 / 10000));
}

TEST(PhiloxSequenceTest, ShuffleKeepsTheItemsAndDependsOnTheKey) {
  std::vector<int> sorted(100);
  std::iota(sorted.begin(), sorted.end(), 0);
  std::vector<int> a = sorted, b = sorted, c = sorted;

  PhiloxSequence({.seed = 1}).Shuffle(a);
  PhiloxSequence({.seed = 1}).Shuffle(b);
  PhiloxSequence({.seed = 2}).Shuffle(c);

  EXPECT_NE(a, sorted);
  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
  EXPECT_TRUE(std::is_permutation(a.begin(), a.end(), sorted.begin()));
}

TEST(PhiloxSequenceTest, ShuffleGivesEachOrderEquallyOften) {
  PhiloxSequence random({.seed = 1});
  std::map<std::vector<int>, int> counts;
  for (int i = 0; i < 6000; ++i) {
    std::vector<int> items = {0, 1, 2};
    random.Shuffle(items);
    ++counts[items];
  }

  EXPECT_EQ(counts.size(), 6);
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, 1000, 150);
}

}  // namespace
}  // namespace ladder
