#include "ladder/decoder.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "ladder/combinator.h"
#include "ladder/layer_map.h"
#include "ladder/random_streams.h"
#include "ops/arithmetic.h"
#include "ops/batch_norm.h"
#include "ops/losses.h"
#include "ops/shape_ops.h"

namespace ladder {

LadderDecoder::LadderDecoder(const Model& model, const LadderEncoder& encoder, uint64_t seed,
                             ParameterSet* parameters)
    : encoder_(encoder),
      epsilon_(static_cast<Real>(model.batch_norm_epsilon())),
      sum_over_units_(model.denoising_cost() == Model::SUM_OVER_UNITS),
      stop_gradient_at_targets_(model.stop_gradient_at_targets()),
      zero_top_signal_(model.top_signal() == Model::ZERO),
      bottom_(encoder.num_layers() + 1) {
  const int top = encoder.num_layers();
  for (int l = 0; l <= top; ++l) {
    const bool is_decoded =
        l == 0 ? model.input().has_decoder() : model.layers(l - 1).has_decoder();
    const Decoder& config = l == 0 ? model.input().decoder() : model.layers(l - 1).decoder();
    DecoderLevel level = {config, static_cast<Real>(config.cost_weight()), nullptr, nullptr};
    if (is_decoded) {
      if (l < top) {
        level.weights = AddDecoderWeights(
            model.layers(l), encoder.shape(l), encoder.shape(l + 1),
            absl::StrCat("decoder/", l, "/V"),
            {.seed = seed, .stream = kDecoderWeightStream + static_cast<uint32_t>(l)}, parameters);
      }
      level.a = AddCombinator(
          config, encoder.features(l), absl::StrCat("decoder/", l, "/a"),
          {.seed = seed, .stream = kCombinatorStream + static_cast<uint32_t>(l)}, parameters);
      if (level.cost_weight > 0) {
        bottom_ = std::min(bottom_, l);
        target_top_ = std::max(target_top_, l);
      }
    }
    levels_.push_back(level);
    labels_.push_back(absl::StrCat("decoder/", l, "/z_est"));
  }
}

PerLevel<DecodedLevel> LadderDecoder::Decode(Tape& tape, const PerLevel<EncodedLevel>& corrupted,
                                             Variable top_h, int64_t first_row,
                                             const PerLevel<EncodedLevel>& clean,
                                             absl::Span<const int64_t> group_rows) const {
  const int top = static_cast<int>(levels_.size()) - 1;
  const int64_t end_row = top_h.shape()[0];
  const auto target = [&](Variable x) { return stop_gradient_at_targets_ ? StopGradient(x) : x; };

  // Of the decoded rows, [first_row, end_row), from the top down.
  PerLevel<DecodedLevel> decoded(levels_.size());
  for (int l = top; l >= bottom_; --l) {
    const DecoderLevel& level = levels_[l];
    DecodedLevel& here = decoded[l];
    const Variable z = Rows(corrupted[l].z, first_row, end_row);  // z~(l): [rows, shape(l)...]
    // Algorithm 1: u(L) = batchnorm(h~(L)), and u(l) = batchnorm(V(l+1) z^(l+1)).
    if (l == top && zero_top_signal_) {
      here.u = tape.Zeros(z.shape());
    } else {
      const Variable from_above =
          l == top ? Rows(top_h, first_row, end_row)
                   : Down(encoder_.layer(l + 1).config, encoder_.shape(l), decoded[l + 1].z_est,
                          level.weights ? tape.Use(*level.weights) : Variable());
      here.u = BatchNorm(from_above, group_rows, epsilon_).y;
    }
    // z^(l) = g(z~(l), u(l)), element by element: [rows, shape(l)...].
    here.z_est = Combine(level.config, z, here.u, tape.Use(*level.a)).Labeled(labels_[l]);
    if (level.cost_weight == 0) continue;

    // C(l): the mean over rows and units of (z(l) - z^_BN(l))^2, where z^_BN(l) is z^(l) normalized
    // by the clean path's statistics. The input is not normalized: it is compared with the clean
    // pixels themselves.
    const Variable mean_square =
        l == 0
            ? MeanSquaredError(here.z_est, target(clean[l].z))
            : NormalizedSquaredError(here.z_est, target(clean[l].mean), target(clean[l].variance),
                                     target(clean[l].z), group_rows, epsilon_);
    here.cost = sum_over_units_ ? Multiply(mean_square,
                                           tape.Scalar(static_cast<Real>(encoder_.shape(l).size())))
                                : mean_square;
  }
  return decoded;
}

}  // namespace ladder
