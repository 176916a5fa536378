#include "ladder/batches.h"

#include <utility>

namespace ladder {
namespace {

// Both kinds of row share one stream, as in the original code: where all rows are labeled, the
// labeled and the unlabeled half of a batch are the same examples.
RandomKey BatchKey(const Training& training) {
  return {.seed = training.seed(), .stream = kBatchStream};
}

}  // namespace

Batches::Batches(const Dataset* dataset, std::vector<int64_t> labeled_rows,
                 std::vector<int64_t> unlabeled_rows, bool with_unlabeled, const Training& training)
    : dataset_(dataset),
      with_unlabeled_(with_unlabeled),
      labeled_(std::move(labeled_rows), training.labeled_batch_size(), BatchKey(training)),
      unlabeled_(std::move(unlabeled_rows), training.unlabeled_batch_size(), BatchKey(training)) {
  inputs_.resize((labeled_.batch_size() + unlabeled_.batch_size()) * dataset->example_size());
  labels_.resize(labeled_.batch_size());
}

LadderBatch Batches::Batch(int64_t step) {
  const int64_t epoch = step / steps_per_epoch();
  const int64_t cycled = step % steps_per_epoch() % labeled_.batches_per_epoch();
  const absl::Span<const int64_t> labeled =
      labeled_.Batch(epoch * labeled_.batches_per_epoch() + cycled);
  dataset_->CopyRows(labeled, inputs_.data());
  dataset_->CopyLabels(labeled, labels_.data());
  int64_t rows = labeled_.batch_size();
  if (with_unlabeled_) {
    dataset_->CopyRows(unlabeled_.Batch(step), inputs_.data() + rows * dataset_->example_size());
    rows += unlabeled_.batch_size();
  }
  return {Tensor(inputs_.data(), {rows, dataset_->example_size()}), labels_};
}

Tensor Batches::Inputs(absl::Span<const int64_t> rows) {
  dataset_->CopyRows(rows, inputs_.data());
  return Tensor(inputs_.data(), {static_cast<int64_t>(rows.size()), dataset_->example_size()});
}

Tensor Batches::LabeledInputs(int64_t batch) { return Inputs(labeled_.Batch(batch)); }

Tensor Batches::UnlabeledInputs(int64_t batch) { return Inputs(unlabeled_.Batch(batch)); }

}  // namespace ladder
