#ifndef LADDER_LADDER_DECODER_H_
#define LADDER_LADDER_DECODER_H_

#include <cstdint>

#include "absl/types/span.h"
#include "autodiff/parameter.h"
#include "autodiff/tape.h"
#include "ladder/encoder.h"
#include "ladder/experiment.pb.h"

// The decoder of a ladder network and its cost: Rasmus et al. 2015, Algorithm 1, second half.

namespace ladder {

// One level that is reconstructed.
struct DecoderLevel {
  Decoder config;
  Real cost_weight;    // lambda_l
  Parameter* weights;  // V (ladder/layer_map.h); null at the top and below a pooling
  Parameter* a;        // of the combinator: [parameters, features]
};

struct DecodedLevel {
  Variable u;      // the signal from above, normalized
  Variable z_est;  // the denoised z; null, as all of these, where not decoded
  Variable cost;   // C_l: [], before its weight; null where the cost weight is 0
};

class LadderDecoder {
 public:
  // Adds the parameters to the set. The encoder outlives this.
  LadderDecoder(const Model& model, const LadderEncoder& encoder, uint64_t seed,
                ParameterSet* parameters);

  // The levels that matter for the cost: the decoder runs from the top down to bottom(), and the
  // highest target is at level target_top(). bottom() > L: nothing is decoded.
  int bottom() const { return bottom_; }
  int target_top() const { return target_top_; }
  bool is_used() const { return bottom_ < static_cast<int>(levels_.size()); }
  // Of level l in [0, L]; parameters are null where nothing decodes.
  const DecoderLevel& level(int l) const { return levels_[l]; }

  // Reconstructs rows from `first_row` on of the corrupted path. `top_h`: output of the
  // corrupted path, all rows, in the shape of the top. `clean`: levels 0 to target_top() of just
  // the decoded rows, which `group_rows` cuts into groups that are normalized apart.
  PerLevel<DecodedLevel> Decode(Tape& tape, const PerLevel<EncodedLevel>& corrupted, Variable top_h,
                                int64_t first_row, const PerLevel<EncodedLevel>& clean,
                                absl::Span<const int64_t> group_rows) const;

 private:
  const LadderEncoder& encoder_;
  const Real epsilon_;
  const bool sum_over_units_;
  const bool stop_gradient_at_targets_;
  const bool zero_top_signal_;
  std::vector<DecoderLevel> levels_;  // [L + 1]
  std::vector<std::string> labels_;   // of z_est, for messages; [L + 1]
  int bottom_;
  int target_top_ = 0;
};

}  // namespace ladder

#endif  // LADDER_LADDER_DECODER_H_
