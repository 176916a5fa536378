#ifndef LADDER_LADDER_ENCODER_H_
#define LADDER_LADDER_ENCODER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "autodiff/parameter.h"
#include "autodiff/tape.h"
#include "base/philox.h"
#include "ladder/experiment.pb.h"
#include "ops/batch_norm.h"

// The encoder of a ladder network: Rasmus et al. 2015, Algorithm 1, first half. Level 0 is the
// input, L the top; vectors over levels have L + 1 entries unless they say otherwise. A level's
// examples are units, or images of [height, width, channels] (ladder/level_shapes.h); statistics,
// beta and gamma have one number a feature: a unit or a channel.

namespace ladder {

// No heap memory up to 15 layers.
template <class T>
using PerLevel = absl::InlinedVector<T, 16>;

// Level l >= 1 of the encoder: what it is and its tensors.
struct EncoderLayer {
  Layer config;
  Parameter* weights;  // W (ladder/layer_map.h); null where pooling
  Parameter* beta;     // [features]; null where the activation is linear
  Parameter* gamma;    // [features]; null: no factor
  // For prediction: averages over training batches. [features]; the variance is unbiased.
  Parameter* mean;
  Parameter* variance;
  // The same over labeled rows, where mean and variance are of all rows; null if there is but one
  // set of statistics.
  Parameter* labeled_mean = nullptr;
  Parameter* labeled_variance = nullptr;
};

enum class StatisticsSet { kFirst, kLabeled };

struct EncodedLevel {
  Variable z;         // normalized, plus noise on the corrupted path; level 0: the input
  Variable h;         // activation; null at the top, where it is LadderModel::Output of Logits
  Variable mean;      // of the batch before normalization: [groups, features]; null at level 0
  Variable variance;  // biased
};

class LadderEncoder {
 public:
  // Adds the parameters to the sets. `shapes` are those of an example at each level; `seed` chooses
  // initial weights and noise.
  LadderEncoder(const Model& model, std::vector<Shape> shapes, uint64_t seed,
                bool has_labeled_statistics, ParameterSet* parameters, ParameterSet* statistics);

  int num_layers() const { return static_cast<int>(layers_.size()); }
  // Of level l in [1, L].
  const EncoderLayer& layer(int l) const { return layers_[l - 1]; }
  // Of an example at level l in [0, L]; and its features.
  const Shape& shape(int l) const { return shapes_[l]; }
  int64_t features(int l) const { return shapes_[l].cols(); }

  // What goes through the encoder.
  struct Path {
    Variable x;                    // [rows, ...], any shape; null: there is no such path
    PerLevel<int64_t> group_rows;  // rows that are normalized apart, by their own statistics
    int top = 0;  // the highest level of the clean path; the corrupted one goes up to L
    // Added to z~_l of the corrupted path's lowest levels, of their shapes; may be empty.
    absl::Span<const Variable> perturbations = {};
  };
  // Both paths at once; the corrupted one goes to the top, with the noise of a step.
  struct Paths {
    PerLevel<EncodedLevel> corrupted, clean;
  };
  Paths Encode(Tape& tape, const Path& corrupted, const Path& clean, uint32_t step) const;
  // The corrupted path from level l on, with other values of z~_l and the noise of the same step.
  struct Rest {
    PerLevel<Variable> h;  // the activations on the way, of levels l to L - 1
    Variable logits;
  };
  Rest LogitsFrom(Tape& tape, int l, Variable z, const PerLevel<int64_t>& group_rows,
                  uint32_t step) const;
  // The logits of the top level's z, in its shape: gamma (z + beta).
  Variable Logits(Tape& tape, Variable top_z) const { return Shifted(tape, num_layers(), top_z); }

  // The logits of x, [rows, outputs], by the statistics for prediction; a row does not depend on
  // the others.
  Variable Predict(Tape& tape, Variable x, StatisticsSet set = StatisticsSet::kFirst) const;

 private:
  struct Labels {
    std::string z_pre, z, h;
  };

  RandomKey NoiseKey(int l, uint32_t step) const;
  // From level l - 1 to l, before normalization.
  Variable Up(Tape& tape, int l, Variable h) const;
  // z and h of level l, from h of the level below; noise in the first `noisy_rows`.
  BatchNormReluResult Level(Tape& tape, int l, Variable below, const PerLevel<int64_t>& group_rows,
                            int64_t noisy_rows, uint32_t step) const;
  // gamma (z + beta) of level l.
  Variable Shifted(Tape& tape, int l, Variable z) const;
  // h of level l, from its z.
  Variable Activation(Tape& tape, int l, Variable z) const;

  const std::vector<Shape> shapes_;  // [L + 1]
  const Real input_noise_stddev_;
  const Real epsilon_;
  const uint64_t seed_;
  std::vector<EncoderLayer> layers_;
  std::vector<Labels> labels_;  // for messages; [L + 1]
};

}  // namespace ladder

#endif  // LADDER_LADDER_ENCODER_H_
