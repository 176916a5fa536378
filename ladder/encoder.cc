#include "ladder/encoder.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/batch_norm.h"
#include "ops/matmul.h"
#include "ops/noise.h"

namespace ladder {

LadderEncoder::LadderEncoder(const Model& model, int64_t input_units, uint64_t seed,
                             ParameterSet* parameters, ParameterSet* statistics)
    : input_units_(input_units),
      input_noise_stddev_(static_cast<Real>(model.input().noise_stddev())),
      epsilon_(static_cast<Real>(model.batch_norm_epsilon())),
      seed_(seed) {
  for (int l = 1; l <= model.layers_size(); ++l) {
    const Layer& config = model.layers(l - 1);
    const int64_t below = units(l - 1);
    const bool is_top = l == model.layers_size();
    const auto name = [l](const char* what) { return absl::StrCat("encoder/", l, "/", what); };

    EncoderLayer layer;
    layer.units = config.fully_connected().units();
    layer.activation = config.activation();
    layer.noise_stddev = static_cast<Real>(config.noise_stddev());
    layer.weights = &parameters->Add(
        name("W"), {below, layer.units},
        Normal(static_cast<Real>(1 / std::sqrt(static_cast<double>(below))),
               {.seed = seed, .stream = kEncoderWeightStream + static_cast<uint32_t>(l)}));
    layer.beta = &parameters->Add(name("beta"), {layer.units}, Zeros());
    layer.gamma = is_top && model.top_gamma()
                      ? &parameters->Add(name("gamma"), {layer.units}, Constant(1))
                      : nullptr;
    layer.mean = &statistics->Add(name("mean"), {layer.units}, Zeros());
    layer.variance = &statistics->Add(name("variance"), {layer.units}, Constant(1));
    layers_.push_back(layer);
  }
  for (int l = 0; l <= num_layers(); ++l) {
    corrupted_labels_.push_back({absl::StrCat("corrupted/", l, "/z_pre"),
                                 absl::StrCat("corrupted/", l, "/z"),
                                 absl::StrCat("corrupted/", l, "/h")});
    clean_labels_.push_back({absl::StrCat("clean/", l, "/z_pre"), absl::StrCat("clean/", l, "/z"),
                             absl::StrCat("clean/", l, "/h")});
  }
}

PerLevel<EncodedLevel> LadderEncoder::EncodeCorrupted(Tape& tape, Variable x,
                                                      absl::Span<const int64_t> group_rows,
                                                      uint32_t step) const {
  const RandomKey noise = {.seed = seed_, .stream = kNoiseStream, .step = step};
  return Encode(tape, x, group_rows, num_layers(), &noise);
}

PerLevel<EncodedLevel> LadderEncoder::EncodeClean(Tape& tape, Variable x,
                                                  absl::Span<const int64_t> group_rows,
                                                  int top) const {
  return Encode(tape, x, group_rows, top, nullptr);
}

PerLevel<EncodedLevel> LadderEncoder::Encode(Tape& tape, Variable x,
                                             absl::Span<const int64_t> group_rows, int top,
                                             const RandomKey* noise) const {
  const std::vector<Labels>& labels = noise ? corrupted_labels_ : clean_labels_;
  const auto corrupt = [&](Variable z, int l, Real stddev) {
    if (!noise) return z;
    RandomKey key = *noise;
    key.stream += static_cast<uint32_t>(l);
    return GaussianNoise(z, stddev, key);
  };

  PerLevel<EncodedLevel> levels;
  const Variable input = corrupt(x, 0, input_noise_stddev_).Labeled(labels[0].z);
  EncodedLevel bottom;
  bottom.z = bottom.h = input;
  levels.push_back(bottom);
  for (int l = 1; l <= top; ++l) {
    const EncoderLayer& here = layer(l);
    const Variable z_pre =
        Linear(levels[l - 1].h, tape.Use(*here.weights)).Labeled(labels[l].z_pre);
    const BatchNormResult normalized = BatchNorm(z_pre, group_rows, epsilon_);
    EncodedLevel level;
    level.z = corrupt(normalized.y, l, here.noise_stddev).Labeled(labels[l].z);
    level.mean = normalized.mean;
    level.variance = normalized.variance;
    if (l < num_layers()) level.h = Activate(tape, here, level.z).Labeled(labels[l].h);
    levels.push_back(level);
  }
  return levels;
}

Variable LadderEncoder::Activate(Tape& tape, const EncoderLayer& layer, Variable z) const {
  const Variable shifted = Add(z, tape.Use(*layer.beta));
  return layer.activation == Layer::LEAKY_RELU ? LeakyRelu(shifted, Real{0.1}) : Relu(shifted);
}

Variable LadderEncoder::Logits(Tape& tape, Variable top_z) const {
  const EncoderLayer& top = layers_.back();
  const Variable shifted = Add(top_z, tape.Use(*top.beta));
  return top.gamma ? Multiply(shifted, tape.Use(*top.gamma)) : shifted;
}

Variable LadderEncoder::Predict(Tape& tape, Variable x) const {
  Variable h = x;
  for (int l = 1; l <= num_layers(); ++l) {
    const EncoderLayer& here = layer(l);
    const Variable z =
        Normalize(Linear(h, tape.Use(*here.weights)), tape.Constant(here.mean->value()),
                  tape.Constant(here.variance->value()), {}, epsilon_);
    h = l < num_layers() ? Activate(tape, here, z) : Logits(tape, z);
  }
  return h;
}

}  // namespace ladder
