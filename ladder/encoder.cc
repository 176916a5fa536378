#include "ladder/encoder.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ladder/layer_map.h"
#include "ladder/random_streams.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/batch_norm.h"
#include "ops/noise.h"
#include "ops/shape_ops.h"

namespace ladder {
namespace {

// What a negative input of the activation is multiplied by.
Real NegativeSlope(Layer::Activation activation) {
  switch (activation) {
    case Layer::LINEAR:
      return 1;
    case Layer::LEAKY_RELU:
      return Real{0.1};
    default:
      return 0;
  }
}

Variable Activate(Layer::Activation activation, Variable x) {
  if (activation == Layer::LINEAR) return x;
  return activation == Layer::LEAKY_RELU ? LeakyRelu(x, NegativeSlope(activation)) : Relu(x);
}

}  // namespace

LadderEncoder::LadderEncoder(const Model& model, std::vector<Shape> shapes, uint64_t seed,
                             bool has_labeled_statistics, ParameterSet* parameters,
                             ParameterSet* statistics)
    : shapes_(std::move(shapes)),
      input_noise_stddev_(static_cast<Real>(model.input().noise_stddev())),
      epsilon_(static_cast<Real>(model.batch_norm_epsilon())),
      seed_(seed) {
  for (int l = 1; l <= model.layers_size(); ++l) {
    const bool is_top = l == model.layers_size();
    const Shape features_shape = {features(l)};
    const auto name = [l](const char* what) { return absl::StrCat("encoder/", l, "/", what); };

    EncoderLayer layer;
    layer.config = model.layers(l - 1);
    layer.weights = AddEncoderWeights(
        layer.config, shape(l - 1), shape(l), name("W"),
        {.seed = seed, .stream = kEncoderWeightStream + static_cast<uint32_t>(l)}, parameters);
    layer.beta = layer.config.activation() != Layer::LINEAR
                     ? &parameters->Add(name("beta"), features_shape, Zeros())
                     : nullptr;
    const bool has_gamma =
        layer.config.has_gamma() ? layer.config.gamma() : is_top && model.top_gamma();
    layer.gamma =
        has_gamma ? &parameters->Add(name("gamma"), features_shape, Constant(1)) : nullptr;
    layer.mean = &statistics->Add(name("mean"), features_shape, Zeros());
    layer.variance = &statistics->Add(name("variance"), features_shape, Constant(1));
    if (has_labeled_statistics) {
      layer.labeled_mean = &statistics->Add(name("labeled_mean"), features_shape, Zeros());
      layer.labeled_variance =
          &statistics->Add(name("labeled_variance"), features_shape, Constant(1));
    }
    layers_.push_back(layer);
  }
  for (int l = 0; l <= num_layers(); ++l) {
    const auto name = [l](const char* what) { return absl::StrCat("encoder/", l, "/", what); };
    labels_.push_back({name("z_pre"), name("z"), name("h")});
  }
}

Variable LadderEncoder::Up(Tape& tape, int l, Variable h) const {
  const Parameter* weights = layer(l).weights;
  return ladder::Up(layer(l).config, h, weights ? tape.Use(*weights) : Variable());
}

RandomKey LadderEncoder::NoiseKey(int l, uint32_t step) const {
  return {.seed = seed_, .stream = kNoiseStream + static_cast<uint32_t>(l), .step = step};
}

BatchNormReluResult LadderEncoder::Level(Tape& tape, int l, Variable below,
                                         const PerLevel<int64_t>& group_rows, int64_t noisy_rows,
                                         uint32_t step) const {
  // Algorithm 1: z_pre(l) = W(l) h(l-1); mu, sigma = its batch mean and deviation;
  // z(l) = (z_pre - mu) / sigma + noise; h(l) = phi(gamma (z + beta)). All [rows, shape(l)...].
  const EncoderLayer& here = layer(l);
  const Variable z_pre = Up(tape, l, below).Labeled(labels_[l].z_pre);
  const Variable beta = here.beta ? tape.Use(*here.beta) : tape.Zeros({features(l)});
  BatchNormReluResult level =
      BatchNormRelu(z_pre, beta,
                    {.group_rows = group_rows,
                     .epsilon = epsilon_,
                     .negative_slope = NegativeSlope(here.config.activation()),
                     .noise_stddev = static_cast<Real>(here.config.noise_stddev()),
                     .noisy_rows = noisy_rows,
                     .noise_key = NoiseKey(l, step)});
  level.z.Labeled(labels_[l].z);
  // The fused operation knows no gamma; the top's is in Logits.
  if (here.gamma && l < num_layers()) level.h = Activation(tape, l, level.z);
  level.h.Labeled(labels_[l].h);
  return level;
}

Variable LadderEncoder::Shifted(Tape& tape, int l, Variable z) const {
  const Variable shifted = layer(l).beta ? Add(z, tape.Use(*layer(l).beta)) : z;
  return layer(l).gamma ? Multiply(shifted, tape.Use(*layer(l).gamma)) : shifted;
}

Variable LadderEncoder::Activation(Tape& tape, int l, Variable z) const {
  return l == 0 ? z : Activate(layer(l).config.activation(), Shifted(tape, l, z));
}

LadderEncoder::Paths LadderEncoder::Encode(Tape& tape, const Path& corrupted, const Path& clean,
                                           uint32_t step) const {
  const int num_perturbed = static_cast<int>(corrupted.perturbations.size());
  // Where both paths go, their rows lie in one tensor, the corrupted ones first: one matrix product
  // serves both.
  const int64_t noisy_rows = corrupted.x ? corrupted.x.shape()[0] : 0;
  const int64_t noisy_groups = static_cast<int64_t>(corrupted.group_rows.size());
  PerLevel<int64_t> group_rows = corrupted.group_rows;
  Paths paths;
  Variable h, x;
  // Algorithm 1: h~(0) = z~(0) = x + noise, and h(0) = z(0) = x. [rows, inputs] become
  // [rows, shape(0)...], such as [rows, height, width, channels].
  if (corrupted.x) {
    h = WithExampleShape(corrupted.x, shape(0));
    h = GaussianNoise(h, input_noise_stddev_, NoiseKey(0, step)).Labeled(labels_[0].z);
    if (num_perturbed > 0) h = Add(h, corrupted.perturbations[0]);
    paths.corrupted.push_back({h, h, {}, {}});
  }
  if (clean.x) {
    x = WithExampleShape(clean.x, shape(0));
    paths.clean.push_back({x, x, {}, {}});
  }
  if (clean.top > 0) {  // [corrupted rows + clean rows, ...]
    h = corrupted.x ? Concatenate({h, x}, 0) : x;
    group_rows.insert(group_rows.end(), clean.group_rows.begin(), clean.group_rows.end());
  }
  const int top = corrupted.x ? num_layers() : clean.top;
  for (int l = 1; l <= top; ++l) {
    if (l == clean.top + 1) {  // above the highest target: the corrupted rows alone
      h = Rows(h, 0, noisy_rows);
      group_rows = corrupted.group_rows;
    }
    const BatchNormReluResult level = Level(tape, l, h, group_rows, noisy_rows, step);
    Variable z = level.z;
    h = level.h;
    if (l < num_perturbed) {  // z~(l) + r(l), of the corrupted rows
      const Variable noisy = Add(Rows(z, 0, noisy_rows), corrupted.perturbations[l]);
      z = l <= clean.top ? Concatenate({noisy, Rows(z, noisy_rows, z.shape()[0])}, 0) : noisy;
      h = Activation(tape, l, z);
    }
    // One path's rows of z and h, [rows, ...], and its groups of mean and variance, [groups,
    // features].
    const auto part = [&](int64_t row, int64_t end_row, int64_t group, int64_t end_group) {
      return EncodedLevel{
          Rows(z, row, end_row), l < num_layers() ? Rows(h, row, end_row) : Variable(),
          Rows(level.mean, group, end_group), Rows(level.variance, group, end_group)};
    };
    if (corrupted.x) paths.corrupted.push_back(part(0, noisy_rows, 0, noisy_groups));
    if (l <= clean.top) {
      paths.clean.push_back(
          part(noisy_rows, h.shape()[0], noisy_groups, static_cast<int64_t>(group_rows.size())));
    }
  }
  return paths;
}

LadderEncoder::Rest LadderEncoder::LogitsFrom(Tape& tape, int l, Variable z,
                                              const PerLevel<int64_t>& group_rows,
                                              uint32_t step) const {
  // Algorithm 1 from z~(l) on, with the noise of the levels above.
  Rest rest;
  if (l < num_layers()) rest.h.push_back(Activation(tape, l, z));
  while (++l <= num_layers()) {
    const BatchNormReluResult level = Level(tape, l, rest.h.back(), group_rows, z.shape()[0], step);
    z = level.z;
    if (l < num_layers()) rest.h.push_back(level.h);
  }
  rest.logits = Logits(tape, z);
  return rest;
}

Variable LadderEncoder::Predict(Tape& tape, Variable x, StatisticsSet set) const {
  // Algorithm 1's clean path by statistics() in place of the batch's own: a row's result depends on
  // no other row.
  Variable h = WithExampleShape(x, shape(0));
  for (int l = 1; l <= num_layers(); ++l) {
    const EncoderLayer& here = layer(l);
    const bool is_first = set == StatisticsSet::kFirst;
    const Tensor mean = (is_first ? here.mean : here.labeled_mean)->value();
    const Tensor variance = (is_first ? here.variance : here.labeled_variance)->value();
    const Variable z =
        Normalize(Up(tape, l, h), tape.Constant(mean), tape.Constant(variance), {}, epsilon_);
    h = l < num_layers() ? Activation(tape, l, z) : Logits(tape, z);
  }
  return WithExampleShape(h, {features(num_layers())});  // [rows, outputs]
}

}  // namespace ladder
