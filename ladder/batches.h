#ifndef LADDER_LADDER_BATCHES_H_
#define LADDER_LADDER_BATCHES_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "data/batcher.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"
#include "ladder/model.h"
#include "tensor/tensor.h"

namespace ladder {

// Makes the batch of each step out of a data set, as the original code does: an epoch is one pass
// over the unlabeled rows; within it the labeled rows are cycled, the same batches in the same
// order, and shuffled again for the next.
class Batches {
 public:
  // The data set outlives this; the labeled rows have a label. `unlabeled_rows` contains them;
  // batches have no unlabeled rows if !with_unlabeled, but epochs are as long.
  Batches(const Dataset* dataset, std::vector<int64_t> labeled_rows,
          std::vector<int64_t> unlabeled_rows, bool with_unlabeled, const Training& training);

  int64_t steps_per_epoch() const { return unlabeled_.batches_per_epoch(); }
  // The batch of a step, from 0 on: a pure function of it. It has labels, and weights where the
  // config has class weights, or targets, as the data. Valid until the next call.
  LadderBatch Batch(int64_t step);

  // A first pass over the labeled rows, and over the unlabeled ones; for statistics. Inputs are
  // valid until the next call.
  int64_t num_labeled_batches() const { return labeled_.batches_per_epoch(); }
  Tensor LabeledInputs(int64_t batch);
  int64_t num_unlabeled_batches() const { return unlabeled_.batches_per_epoch(); }
  Tensor UnlabeledInputs(int64_t batch);

 private:
  Tensor Inputs(absl::Span<const int64_t> rows);

  const Dataset* const dataset_;
  const bool with_unlabeled_;
  const std::vector<Real> class_weights_;  // [num_classes]; empty: all 1
  const Training::Augmentation augmentation_;
  const RandomKey augmentation_key_;
  EpochBatcher labeled_, unlabeled_;
  std::vector<Real> inputs_;
  std::vector<int32_t> labels_;
  std::vector<Real> targets_;  // [labeled, num_targets]
  std::vector<Real> weights_;  // [labeled]
};

// What a labeled row of each class weighs, [num_classes], so that the mean over these rows is 1;
// empty if the config asks for none. A class without a row weighs 0.
std::vector<Real> ClassWeights(const Training::ClassWeights& config, const Dataset& dataset,
                               absl::Span<const int64_t> labeled_rows);

}  // namespace ladder

#endif  // LADDER_LADDER_BATCHES_H_
