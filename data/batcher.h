#ifndef LADDER_DATA_BATCHER_H_
#define LADDER_DATA_BATCHER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "base/philox.h"

namespace ladder {

// Deals rows out in batches: each epoch in an order of its own, every row at most once an epoch.
// What does not fill a batch at the end of an epoch is dropped; if all rows together do not fill
// one, every batch is all rows.
//
//   EpochBatcher batches(rows, 100, {.seed = seed, .stream = kBatches});
//   for (int64_t step = 0; step < 10 * batches.batches_per_epoch(); ++step) {
//     dataset.CopyRows(batches.Batch(step), inputs);
//   }
class EpochBatcher {
 public:
  // At least one row; batch_size >= 1. Epochs take the place of key.step.
  EpochBatcher(std::vector<int64_t> rows, int64_t batch_size, RandomKey key);

  int64_t batches_per_epoch() const;
  // How many rows each batch has.
  int64_t batch_size() const { return batch_size_; }

  // The batch of a step: of the epoch step / batches_per_epoch(), so that a run continues where it
  // was interrupted. Steps may be asked for in any order; a change of epoch costs a shuffle.
  // Allocates nothing. The rows are valid until the next call.
  absl::Span<const int64_t> Batch(int64_t step);

 private:
  std::vector<int64_t> rows_;
  int64_t batch_size_;
  RandomKey key_;
  int64_t epoch_ = -1;          // whose order is in order_
  std::vector<int64_t> order_;  // a permutation of rows_
};

}  // namespace ladder

#endif  // LADDER_DATA_BATCHER_H_
