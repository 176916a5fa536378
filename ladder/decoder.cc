#include "ladder/decoder.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "ops/arithmetic.h"
#include "ops/batch_norm.h"
#include "ops/combinator.h"
#include "ops/losses.h"
#include "ops/matmul.h"
#include "ops/shape_ops.h"

namespace ladder {
namespace {

constexpr int kGaussParameters = 10;
constexpr int kSigmoidParameters = 9;

// Rows of the given numbers (from 0) are ones, the others zeros.
Initializer OnesInRows(absl::Span<const int> rows) {
  return [rows = std::vector<int>(rows.begin(), rows.end())](Tensor a) {
    std::fill_n(a.data(), a.size(), Real{0});
    const int64_t units = a.shape()[1];
    for (const int row : rows) std::fill_n(a.data() + row * units, units, Real{1});
  };
}

Parameter* AddCombinator(Decoder::Combinator combinator, int64_t units, absl::string_view name,
                         ParameterSet* parameters) {
  switch (combinator) {
    case Decoder::GAUSS:  // a2 = a7 = 1: at first z_est = 0
      return &parameters->Add(name, {kGaussParameters, units}, OnesInRows({1, 6}));
    case Decoder::SIGMOID:  // a2 = b1 = c2 = 1: at first z_est = z + sigmoid(z)
      return &parameters->Add(name, {kSigmoidParameters, units}, OnesInRows({1, 4, 6}));
  }
  LADDER_CHECK(false) << "combinator " << combinator;
  return nullptr;
}

Variable Combine(Decoder::Combinator combinator, Variable z, Variable u, Variable a) {
  return combinator == Decoder::GAUSS ? GaussCombinator(z, u, a) : SigmoidCombinator(z, u, a);
}

}  // namespace

LadderDecoder::LadderDecoder(const Model& model, const LadderEncoder& encoder, uint64_t seed,
                             ParameterSet* parameters)
    : epsilon_(static_cast<Real>(model.batch_norm_epsilon())),
      sum_over_units_(model.denoising_cost() == Model::SUM_OVER_UNITS),
      stop_gradient_at_targets_(model.stop_gradient_at_targets()),
      bottom_(encoder.num_layers() + 1) {
  const int top = encoder.num_layers();
  for (int l = 0; l <= top; ++l) {
    const bool is_decoded =
        l == 0 ? model.input().has_decoder() : model.layers(l - 1).has_decoder();
    const Decoder& config = l == 0 ? model.input().decoder() : model.layers(l - 1).decoder();
    DecoderLevel level = {config.combinator(), static_cast<Real>(config.cost_weight()), nullptr,
                          nullptr};
    if (is_decoded) {
      if (l < top) {
        const int64_t above = encoder.units(l + 1);
        level.weights = &parameters->Add(
            absl::StrCat("decoder/", l, "/V"), {above, encoder.units(l)},
            Normal(static_cast<Real>(1 / std::sqrt(static_cast<double>(above))),
                   {.seed = seed, .stream = kDecoderWeightStream + static_cast<uint32_t>(l)}));
      }
      level.a = AddCombinator(config.combinator(), encoder.units(l),
                              absl::StrCat("decoder/", l, "/a"), parameters);
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

  PerLevel<DecodedLevel> decoded(levels_.size());
  for (int l = top; l >= bottom_; --l) {
    const DecoderLevel& level = levels_[l];
    DecodedLevel& here = decoded[l];
    const Variable from_above = l == top ? Rows(top_h, first_row, end_row)
                                         : Linear(decoded[l + 1].z_est, tape.Use(*level.weights));
    here.u = BatchNorm(from_above, group_rows, epsilon_).y;
    const Variable z = Rows(corrupted[l].z, first_row, end_row);
    here.z_est = Combine(level.combinator, z, here.u, tape.Use(*level.a)).Labeled(labels_[l]);
    if (level.cost_weight == 0) continue;

    // The input is not normalised: it is compared with the clean pixels themselves.
    const Variable mean_square =
        l == 0
            ? MeanSquaredError(here.z_est, target(clean[l].z))
            : NormalizedSquaredError(here.z_est, target(clean[l].mean), target(clean[l].variance),
                                     target(clean[l].z), group_rows, epsilon_);
    here.cost = sum_over_units_
                    ? Multiply(mean_square, tape.Scalar(static_cast<Real>(z.shape().cols())))
                    : mean_square;
  }
  return decoded;
}

}  // namespace ladder
