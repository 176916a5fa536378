#include "data/batcher.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::UnorderedElementsAre;

constexpr RandomKey kKey = {.seed = 3, .stream = 5};
const std::vector<int64_t> kRows = {10, 20, 30, 40, 50, 60, 70, 80, 90, 99};

std::vector<int64_t> Copy(absl::Span<const int64_t> rows) { return {rows.begin(), rows.end()}; }

// The rows of one epoch, in their order.
std::vector<int64_t> Epoch(EpochBatcher& batcher, int64_t epoch) {
  std::vector<int64_t> rows;
  for (int64_t i = 0; i < batcher.batches_per_epoch(); ++i) {
    for (const int64_t row : batcher.Batch(epoch * batcher.batches_per_epoch() + i)) {
      rows.push_back(row);
    }
  }
  return rows;
}

TEST(EpochBatcherTest, AnEpochDealsEachRowOnce) {
  EpochBatcher batcher(kRows, 5, kKey);

  for (int64_t epoch = 0; epoch < 3; ++epoch) {
    EXPECT_THAT(Epoch(batcher, epoch), testing::UnorderedElementsAreArray(kRows));
  }
}

TEST(EpochBatcherTest, EachEpochHasItsOwnOrder) {
  EpochBatcher batcher(kRows, 5, kKey);

  EXPECT_NE(Epoch(batcher, 0), kRows);
  EXPECT_NE(Epoch(batcher, 0), Epoch(batcher, 1));
}

TEST(EpochBatcherTest, TheKeyDecides) {
  EpochBatcher batcher(kRows, 5, kKey);
  EpochBatcher same(kRows, 5, kKey);
  EpochBatcher other(kRows, 5, {.seed = 4, .stream = 5});

  EXPECT_EQ(Epoch(batcher, 0), Epoch(same, 0));
  EXPECT_NE(Epoch(batcher, 0), Epoch(other, 0));
}

TEST(EpochBatcherTest, ABatchDoesNotDependOnThoseAskedForBefore) {
  EpochBatcher forward(kRows, 3, kKey);
  std::vector<std::vector<int64_t>> batches;
  for (int64_t step = 0; step < 9; ++step) batches.push_back(Copy(forward.Batch(step)));

  EpochBatcher backward(kRows, 3, kKey);
  for (int64_t step = 8; step >= 0; --step) {
    EXPECT_EQ(Copy(backward.Batch(step)), batches[static_cast<size_t>(step)]) << "step " << step;
  }
}

TEST(EpochBatcherTest, AnIncompleteLastBatchIsDropped) {
  EpochBatcher batcher(kRows, 3, kKey);

  EXPECT_EQ(batcher.batches_per_epoch(), 3);
  EXPECT_EQ(Epoch(batcher, 0).size(), 9u);
}

TEST(EpochBatcherTest, DroppedRowsAreOthersEachEpoch) {
  EpochBatcher batcher(kRows, 9, kKey);
  std::vector<int64_t> seen;
  for (int64_t step = 0; step < 3; ++step) {
    const std::vector<int64_t> batch = Copy(batcher.Batch(step));
    seen.insert(seen.end(), batch.begin(), batch.end());
  }
  std::sort(seen.begin(), seen.end());
  seen.erase(std::unique(seen.begin(), seen.end()), seen.end());

  EXPECT_EQ(seen, kRows);
}

TEST(EpochBatcherTest, FewerRowsThanABatchAreOneBatch) {
  EpochBatcher batcher({1, 2, 3}, 100, kKey);

  EXPECT_EQ(batcher.batch_size(), 3);
  EXPECT_EQ(batcher.batches_per_epoch(), 1);
  EXPECT_THAT(Copy(batcher.Batch(4)), UnorderedElementsAre(1, 2, 3));
}

TEST(EpochBatcherTest, BatchesStayInOneBuffer) {
  EpochBatcher batcher(kRows, 10, kKey);

  const int64_t* first = batcher.Batch(0).data();

  EXPECT_EQ(batcher.Batch(1).data(), first);
}

TEST(EpochBatcherDeathTest, NeedsRowsAndABatchSize) {
  EXPECT_DEATH(EpochBatcher({}, 1, kKey), "no rows");
  EXPECT_DEATH(EpochBatcher(kRows, 0, kKey), "got batch_size = 0");
  EXPECT_DEATH(EpochBatcher(kRows, 1, kKey).Batch(-1), "got step = -1");
}

}  // namespace
}  // namespace ladder
