#include "data/batcher.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/check.h"

namespace ladder {

EpochBatcher::EpochBatcher(std::vector<int64_t> rows, int64_t batch_size, RandomKey key)
    : rows_(std::move(rows)),
      batch_size_(std::min(batch_size, static_cast<int64_t>(rows_.size()))),
      key_(key),
      order_(rows_.size()) {
  LADDER_CHECK(!rows_.empty()) << "no rows to make batches of";
  LADDER_CHECK(batch_size >= 1) << "got batch_size = " << batch_size;
}

int64_t EpochBatcher::batches_per_epoch() const {
  return static_cast<int64_t>(rows_.size()) / batch_size_;
}

absl::Span<const int64_t> EpochBatcher::Batch(int64_t step) {
  LADDER_CHECK(step >= 0) << "got step = " << step;
  const int64_t epoch = step / batches_per_epoch();
  if (epoch != epoch_) {
    std::copy(rows_.begin(), rows_.end(), order_.begin());
    RandomKey key = key_;
    key.step = static_cast<uint32_t>(epoch);
    PhiloxSequence(key).Shuffle(order_);
    epoch_ = epoch;
  }
  const int64_t first = step % batches_per_epoch() * batch_size_;
  return absl::MakeConstSpan(order_).subspan(static_cast<size_t>(first),
                                             static_cast<size_t>(batch_size_));
}

}  // namespace ladder
