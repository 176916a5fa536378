#include "ladder/batches.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "ladder/augmentation.h"
#include "ladder/random_streams.h"

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
      class_weights_(ClassWeights(training.class_weights(), *dataset, labeled_rows)),
      augmentation_(training.augmentation()),
      augmentation_key_({.seed = training.seed(), .stream = kAugmentationStream}),
      labeled_(std::move(labeled_rows), training.labeled_batch_size(), BatchKey(training)),
      unlabeled_(std::move(unlabeled_rows), training.unlabeled_batch_size(), BatchKey(training)) {
  inputs_.resize((labeled_.batch_size() + unlabeled_.batch_size()) * dataset->example_size());
  if (dataset->num_classes > 0) {
    labels_.resize(labeled_.batch_size());
  } else {
    targets_.resize(labeled_.batch_size() * dataset->num_targets());
  }
  if (!class_weights_.empty()) weights_.resize(labeled_.batch_size());
}

LadderBatch Batches::Batch(int64_t step) {
  const int64_t epoch = step / steps_per_epoch();
  const int64_t cycled = step % steps_per_epoch() % labeled_.batches_per_epoch();
  const absl::Span<const int64_t> labeled =
      labeled_.Batch(epoch * labeled_.batches_per_epoch() + cycled);
  dataset_->CopyRows(labeled, inputs_.data());
  LadderBatch batch;
  if (dataset_->num_classes > 0) {
    dataset_->CopyLabels(labeled, labels_.data());
    batch.labels = labels_;
  } else {
    Real* target = targets_.data();
    for (const int64_t row : labeled) {
      const auto first = dataset_->targets.begin() + row * dataset_->num_targets();
      target = std::copy(first, first + dataset_->num_targets(), target);
    }
    batch.targets = Tensor(targets_.data(), {labeled_.batch_size(), dataset_->num_targets()});
  }
  for (size_t i = 0; i < weights_.size(); ++i) weights_[i] = class_weights_[labels_[i]];
  batch.weights = weights_;
  int64_t rows = labeled_.batch_size();
  if (with_unlabeled_) {
    dataset_->CopyRows(unlabeled_.Batch(step), inputs_.data() + rows * dataset_->example_size());
    rows += unlabeled_.batch_size();
  }
  batch.inputs = Tensor(inputs_.data(), {rows, dataset_->example_size()});
  if (augmentation_.shift() > 0 || augmentation_.flip() != Training::Augmentation::NO_FLIP) {
    RandomKey key = augmentation_key_;
    key.step = static_cast<uint32_t>(step);
    Augment(augmentation_, dataset_->example_shape, key, batch.inputs);
  }
  return batch;
}

Tensor Batches::Inputs(absl::Span<const int64_t> rows) {
  dataset_->CopyRows(rows, inputs_.data());
  return Tensor(inputs_.data(), {static_cast<int64_t>(rows.size()), dataset_->example_size()});
}

Tensor Batches::LabeledInputs(int64_t batch) { return Inputs(labeled_.Batch(batch)); }

Tensor Batches::UnlabeledInputs(int64_t batch) { return Inputs(unlabeled_.Batch(batch)); }

std::vector<Real> ClassWeights(const Training::ClassWeights& config, const Dataset& dataset,
                               absl::Span<const int64_t> labeled_rows) {
  if (!config.balanced() && config.weight_size() == 0) return {};
  const size_t num_classes = static_cast<size_t>(dataset.num_classes);
  LADDER_CHECK(config.balanced() || static_cast<size_t>(config.weight_size()) == num_classes)
      << config.weight_size() << " class weights of " << num_classes << " classes";
  std::vector<int64_t> counts(num_classes);
  for (const int64_t row : labeled_rows) ++counts[dataset.labels[row]];
  std::vector<double> weights(num_classes);
  double sum = 0;  // over the labeled rows
  for (size_t label = 0; label < num_classes; ++label) {
    if (counts[label] == 0) continue;
    const double count = static_cast<double>(counts[label]);
    weights[label] = config.balanced() ? 1 / count : config.weight(static_cast<int>(label));
    sum += count * weights[label];
  }
  std::vector<Real> normalized(num_classes);
  for (size_t label = 0; label < num_classes; ++label) {
    normalized[label] =
        static_cast<Real>(weights[label] * static_cast<double>(labeled_rows.size()) / sum);
  }
  return normalized;
}

}  // namespace ladder
