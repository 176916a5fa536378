#ifndef LADDER_LADDER_MODEL_H_
#define LADDER_LADDER_MODEL_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "autodiff/parameter.h"
#include "autodiff/tape.h"
#include "ladder/decoder.h"
#include "ladder/encoder.h"
#include "ladder/experiment.pb.h"
#include "ladder/virtual_adversarial.h"

namespace ladder {

// The rows of one step. Labeled rows come first.
struct LadderBatch {
  Tensor inputs;                     // [labeled + unlabeled, ...]: the values of examples
  absl::Span<const int32_t> labels;  // of the labeled rows, each a class from 0
};

// All that one step computes, for the trainer (loss, costs) and for tests (everything).
struct LadderStep {
  Variable loss;                     // []: supervised + sum of the other costs, weighted
  Variable supervised;               // []: cross-entropy of the corrupted labeled rows, their mean
  PerLevel<EncodedLevel> corrupted;  // all rows
  PerLevel<EncodedLevel> clean;      // z of the decoded rows; only levels that are targets
  PerLevel<DecodedLevel> decoded;    // with the denoising costs; empty if nothing is decoded
  Variable virtual_adversarial;      // []: sum of D_l, before its weight; null if it is no cost
  // Of the passes that it is computed by: their activations, for who looks for kinks.
  absl::InlinedVector<Variable, 32> perturbed_h;
};

// A ladder network: parameters, the loss of a batch, predictions.
class LadderModel {
 public:
  // `config` is resolved (ladder/resolve.h) and has LevelShapes for examples of this shape. `seed`
  // chooses initial weights and noise.
  LadderModel(const Model& config, absl::Span<const int64_t> example_shape, uint64_t seed);
  LadderModel(const LadderModel&) = delete;
  LadderModel& operator=(const LadderModel&) = delete;

  const Model& config() const { return config_; }
  const LadderEncoder& encoder() const { return encoder_; }
  const LadderDecoder& decoder() const { return decoder_; }
  const VirtualAdversary& adversary() const { return adversary_; }
  ParameterSet& parameters() { return parameters_; }
  // Means and variances for prediction: averages, which no gradient changes.
  ParameterSet& statistics() { return statistics_; }
  int64_t num_inputs() const { return encoder_.shape(0).size(); }  // values of an example
  int64_t num_classes() const { return encoder_.features(encoder_.num_layers()); }

  // Whether unlabeled rows enter the loss, by a cost or by joined statistics. If not, batches need
  // none.
  bool uses_unlabeled_rows() const {
    return decoder_.is_used() || config_.batch_norm_groups() == Model::JOINED ||
           adversary_.num_levels() > 0;
  }

  // Finds what BuildLoss of the same batch and step adds to the corrupted path: the virtual
  // adversarial perturbations, on tapes of its own, while the context has none. For that it clears
  // the parameters' gradients. Does nothing if the config asks for none.
  void FindPerturbations(Context* context, const LadderBatch& batch, uint32_t step);

  // Records the step; the noise is a pure function of the seed and `step`. The perturbations are
  // constants.
  LadderStep BuildLoss(Tape& tape, const LadderBatch& batch, uint32_t step) const;

  // Sets statistics() to the average of the clean path's batch statistics over `num_batches`
  // batches, the variances unbiased. inputs(i): [rows, ...], valid until the next call.
  void EstimateStatistics(Context* context, int64_t num_batches,
                          absl::FunctionRef<Tensor(int64_t batch)> inputs);

  // Logits, [rows, classes], by statistics(). A row's do not depend on the other rows.
  Variable Predict(Tape& tape, Variable x) const { return encoder_.Predict(tape, x); }

 private:
  // What both of them cut a batch into.
  struct Cut {
    PerLevel<int64_t> groups;  // rows that are normalised apart
    int64_t first;             // the first row that is decoded, and whose prediction is compared
  };
  Cut CutBatch(const LadderBatch& batch) const;

  const Model config_;
  ParameterSet parameters_;
  ParameterSet statistics_;
  LadderEncoder encoder_;
  LadderDecoder decoder_;
  VirtualAdversary adversary_;
};

}  // namespace ladder

#endif  // LADDER_LADDER_MODEL_H_
