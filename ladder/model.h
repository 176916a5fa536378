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
  Tensor inputs;                          // [labeled + unlabeled, ...]: the values of examples
  absl::Span<const int32_t> labels = {};  // of the labeled rows, each a class from 0
  // In place of labels, of a model of numbers or flags: [labeled, outputs], NaN where one is
  // missing.
  Tensor targets = {};
  // What the labeled rows weigh in the cost of a model of classes; empty: all 1.
  absl::Span<const Real> weights = {};

  int64_t num_labeled() const {
    return targets ? targets.shape()[0] : static_cast<int64_t>(labels.size());
  }
};

// All that one step computes, for the trainer (loss, costs) and for tests (everything).
struct LadderStep {
  Variable loss;                     // []: supervised + sum of the other costs, weighted
  Variable supervised;               // []: cost of the corrupted labeled rows' predictions, mean
  PerLevel<EncodedLevel> corrupted;  // all rows
  PerLevel<EncodedLevel> clean;      // z of the decoded rows; only levels that are targets
  PerLevel<DecodedLevel> decoded;    // with the denoising costs; empty if nothing is decoded
  Variable virtual_adversarial;      // []: sum of D_l, before its weight; null if it is no cost
  // The activations of the passes that compute it, for who looks for kinks.
  absl::InlinedVector<Variable, 32> perturbed_h;
};

// How predictions are made besides the network itself.
struct PredictionOptions {
  // A second set of statistics, of the labeled rows: a prediction is the mean of those by either.
  bool has_labeled_statistics = false;
  // Class probabilities are multiplied by prior_ratio() and made to sum to 1 again.
  bool has_prior_ratio = false;
};
PredictionOptions ToPredictionOptions(const Training& config);

// A ladder network: parameters, the loss of a batch, predictions.
class LadderModel {
 public:
  // `config` is resolved (ladder/resolve.h) and has LevelShapes for examples of this shape. `seed`
  // chooses initial weights and noise. In a dry run (tensor/context.h) parameters have no values.
  LadderModel(const Model& config, absl::Span<const int64_t> example_shape, uint64_t seed,
              PredictionOptions prediction = {}, bool dry_run = false);
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
  // Outputs of an example: one for each class, number or flag.
  int64_t num_classes() const { return encoder_.features(encoder_.num_layers()); }

  // Whether unlabeled rows enter the loss, by a cost or by joined statistics. If not, batches need
  // none.
  bool uses_unlabeled_rows() const {
    return decoder_.is_used() || config_.batch_norm_groups() == Model::JOINED ||
           adversary_.num_levels() > 0;
  }

  // Finds what BuildLoss adds to the corrupted path of this batch in this step: the virtual
  // adversarial perturbations, on tapes of its own, while the context has none. None if the config
  // asks for none. `reuse`: those of an earlier step, whose memory these take.
  Perturbations FindPerturbations(Context* context, const LadderBatch& batch, uint32_t step,
                                  Perturbations reuse = {}) const;

  // Records the step; the noise is a pure function of the seed and `step`. The perturbations, which
  // are those of this step and outlive the tape, are constants.
  LadderStep BuildLoss(Tape& tape, const LadderBatch& batch, uint32_t step,
                       const Perturbations& perturbations = {}) const;

  // Sets statistics() to the average of the clean path's batch statistics over `num_batches`
  // batches, the variances unbiased. inputs(i): [rows, ...], valid until the next call.
  void EstimateStatistics(Context* context, int64_t num_batches,
                          absl::FunctionRef<Tensor(int64_t batch)> inputs,
                          StatisticsSet set = StatisticsSet::kFirst);
  // What class probabilities are multiplied by, [outputs]: 1 at first. Null if there is none.
  const Parameter* prior_ratio() const { return prior_ratio_; }

  // Logits, [rows, outputs], by one set of statistics. A row's do not depend on the other rows.
  Variable Predict(Tape& tape, Variable x, StatisticsSet set = StatisticsSet::kFirst) const {
    return encoder_.Predict(tape, x, set);
  }
  // What is predicted, [rows, outputs], by all statistics(): probabilities, or numbers.
  Variable PredictOutput(Tape& tape, Variable x) const;
  // h of the top level, by the target of the config: the softmax of the logits, their sigmoids, or
  // as numbers these themselves.
  Variable Output(Variable logits) const;

 private:
  // What BuildLoss and FindPerturbations cut a batch into.
  struct Cut {
    PerLevel<int64_t> groups;          // rows that are normalized apart
    PerLevel<int64_t> decoded_groups;  // the same of the decoded rows
    int64_t first;  // the first row that is decoded, and whose prediction is compared
  };
  Cut CutBatch(const LadderBatch& batch) const;
  // What BuildLoss is made of: r(l) of the perturbed levels, [rows, ...]; the clean path that the
  // decoder's targets need; and the sum of D(l), times its weight, on top of the loss.
  PerLevel<Variable> UsePerturbations(Tape& tape, const Perturbations& found, uint32_t step,
                                      int64_t rows) const;
  LadderEncoder::Path CleanPath(Tape& tape, const LadderBatch& batch, const Cut& cut) const;
  void AddAdversarialCost(Tape& tape, const Cut& cut, Variable logits, const PerLevel<Variable>& r,
                          uint32_t step, LadderStep* result) const;
  // The supervised cost: []. `logits`: of the labeled rows.
  Variable SupervisedCost(Variable logits, const LadderBatch& batch) const;

  const Model config_;
  const PredictionOptions prediction_;
  ParameterSet parameters_;
  ParameterSet statistics_;
  LadderEncoder encoder_;
  LadderDecoder decoder_;
  VirtualAdversary adversary_;
  const Parameter* prior_ratio_ = nullptr;
};

}  // namespace ladder

#endif  // LADDER_LADDER_MODEL_H_
