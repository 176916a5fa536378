#include "ladder/resolve.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "ladder/data_config.h"
#include "ladder/field_check.h"
#include "ladder/message_fields.h"
#include "ops/combinator.h"

namespace ladder {
namespace {

constexpr int64_t kMaxUnits = std::numeric_limits<int32_t>::max();
constexpr int64_t kMaxThreads = 256;

std::string LayerPath(int index) { return absl::StrCat("model.layers[", index, "]"); }

absl::Status CheckKind(const Layer& layer, bool is_top, const std::string& path,
                       const FieldCheck& check) {
  const auto size = [&](bool has, const std::string& field, int64_t value) {
    LADDER_RETURN_IF_ERROR(check.Present(has, path + field));
    return check.Between(1, kMaxUnits, path + field, value);
  };
  if (layer.has_fully_connected()) {
    const FullyConnected& connected = layer.fully_connected();
    if (is_top && !connected.has_units()) return absl::OkStatus();  // the data says
    return size(connected.has_units(), ".fully_connected.units", connected.units());
  }
  if (layer.has_convolution()) {
    const Convolution& convolution = layer.convolution();
    LADDER_RETURN_IF_ERROR(
        size(convolution.has_filters(), ".convolution.filters", convolution.filters()));
    LADDER_RETURN_IF_ERROR(
        size(convolution.has_kernel(), ".convolution.kernel", convolution.kernel()));
    return size(true, ".convolution.stride", convolution.stride());
  }
  if (layer.has_max_pool()) {
    const MaxPool& pool = layer.max_pool();
    LADDER_RETURN_IF_ERROR(size(true, ".max_pool.window", pool.window()));
    if (pool.has_stride()) return size(true, ".max_pool.stride", pool.stride());
  }
  return absl::OkStatus();
}

// The activation of the top layer, which goes with what is predicted.
Layer::Activation TopActivation(const Model& model) {
  switch (model.target()) {
    case Model::NUMBERS:
      return Layer::IDENTITY;
    case Model::LABELS:
      return Layer::SIGMOID;
    case Model::CLASS:
      break;
  }
  return Layer::SOFTMAX;
}

absl::Status CheckActivation(const Layer& layer, bool is_top, Layer::Activation top_activation,
                             const std::string& path, const FieldCheck& check) {
  if (!layer.has_activation()) return absl::OkStatus();
  const Layer::Activation activation = layer.activation();
  const std::string& name = Layer::Activation_Name(activation);
  if (is_top) {
    return check.Require(activation == top_activation, path + ".activation",
                         absl::StrCat(Layer::Activation_Name(top_activation), " in the top layer"),
                         name);
  }
  return check.Require(
      activation == Layer::RELU || activation == Layer::LEAKY_RELU || activation == Layer::LINEAR,
      path + ".activation", "RELU, LEAKY_RELU or LINEAR in a layer below the top", name);
}

absl::Status CheckLayer(const Layer& layer, bool is_top, Layer::Activation top_activation,
                        const std::string& path, const FieldCheck& check) {
  if (layer.kind_case() == Layer::KIND_NOT_SET) {
    return check.Error(path, absl::StrCat("must have one of ", MemberNames(layer, "kind")));
  }
  LADDER_RETURN_IF_ERROR(CheckKind(layer, is_top, path, check));
  LADDER_RETURN_IF_ERROR(CheckActivation(layer, is_top, top_activation, path, check));
  return check.NotNegative(path + ".noise_stddev", layer.noise_stddev());
}

absl::Status CheckDecoder(const Decoder& decoder, const std::string& path,
                          const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(check.NotNegative(path + ".cost_weight", decoder.cost_weight()));
  const Decoder::Combinator combinator = decoder.combinator();
  const bool is_mlp = combinator == Decoder::MLP || combinator == Decoder::AMLP;
  if (is_mlp) {
    LADDER_RETURN_IF_ERROR(check.Present(decoder.hidden_units_size() > 0, path + ".hidden_units"));
    LADDER_RETURN_IF_ERROR(check.Present(decoder.has_initial_stddev(), path + ".initial_stddev"));
  } else if (decoder.hidden_units_size() > 0) {
    return check.Error(path + ".hidden_units", "is for the combinators MLP and AMLP alone");
  }
  int64_t all_units = 0;
  for (const int32_t units : decoder.hidden_units()) {
    LADDER_RETURN_IF_ERROR(check.Between(1, kMaxMlpHiddenUnits, path + ".hidden_units", units));
    all_units += units;
  }
  LADDER_RETURN_IF_ERROR(check.Require(all_units <= kMaxMlpHiddenUnits, path + ".hidden_units",
                                       absl::StrCat("at most ", kMaxMlpHiddenUnits, " in all"),
                                       all_units));
  if (decoder.has_initial_stddev()) {
    LADDER_RETURN_IF_ERROR(check.Positive(path + ".initial_stddev", decoder.initial_stddev()));
  }
  if (!decoder.reversed_start()) return absl::OkStatus();
  if (combinator != Decoder::SIGMOID) {
    return check.Error(path + ".reversed_start", "is for the combinator SIGMOID alone");
  }
  if (decoder.has_initial_stddev()) {
    return check.Error(path + ".reversed_start", "excludes initial_stddev");
  }
  return absl::OkStatus();
}

absl::Status CheckDecoders(const Model& model, const FieldCheck& check) {
  std::string gap;  // the highest level without one
  for (int level = model.layers_size(); level >= 0; --level) {
    const std::string path = level == 0 ? "model.input" : LayerPath(level - 1);
    const bool has =
        level == 0 ? model.input().has_decoder() : model.layers(level - 1).has_decoder();
    if (!has) {
      if (gap.empty()) gap = path;
      continue;
    }
    if (!gap.empty()) {
      return check.Error(path + ".decoder",
                         absl::StrCat("needs one at every level above: ", gap, " has none"));
    }
    const Decoder& decoder =
        level == 0 ? model.input().decoder() : model.layers(level - 1).decoder();
    LADDER_RETURN_IF_ERROR(CheckDecoder(decoder, path + ".decoder", check));
  }
  return absl::OkStatus();
}

absl::Status CheckVirtualAdversarial(const Model& model, const FieldCheck& check) {
  const VirtualAdversarial& config = model.virtual_adversarial();
  const std::string path = "model.virtual_adversarial";
  if (model.target() != Model::CLASS) {
    return check.Error(path, "is for a model.target of CLASS alone");
  }
  LADDER_RETURN_IF_ERROR(check.Present(config.has_use(), path + ".use"));
  LADDER_RETURN_IF_ERROR(check.Present(config.epsilon_size() > 0, path + ".epsilon"));
  LADDER_RETURN_IF_ERROR(
      check.Require(config.epsilon_size() <= model.layers_size() + 1, path + ".epsilon",
                    absl::StrCat("at most ", model.layers_size() + 1, " values, one a level"),
                    config.epsilon_size()));
  for (int l = 0; l < config.epsilon_size(); ++l) {
    LADDER_RETURN_IF_ERROR(
        check.NotNegative(absl::StrCat(path, ".epsilon[", l, "]"), config.epsilon(l)));
  }
  LADDER_RETURN_IF_ERROR(check.AtLeast(1, path + ".power_iterations", config.power_iterations()));
  LADDER_RETURN_IF_ERROR(check.Positive(path + ".xi", config.xi()));
  return check.NotNegative(path + ".cost_weight", config.cost_weight());
}

absl::Status CheckModel(const Model& model, const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(
      check.NotNegative("model.input.noise_stddev", model.input().noise_stddev()));
  LADDER_RETURN_IF_ERROR(check.Present(model.layers_size() > 0, "model.layers"));
  // Streams of random numbers of different purposes are that many levels apart (random_streams.h).
  LADDER_RETURN_IF_ERROR(check.Require(model.layers_size() < 256, "model.layers",
                                       "at most 255 layers", model.layers_size()));
  for (int i = 0; i < model.layers_size(); ++i) {
    const bool is_top = i + 1 == model.layers_size();
    LADDER_RETURN_IF_ERROR(
        CheckLayer(model.layers(i), is_top, TopActivation(model), LayerPath(i), check));
  }
  LADDER_RETURN_IF_ERROR(CheckDecoders(model, check));
  if (model.has_virtual_adversarial()) {
    LADDER_RETURN_IF_ERROR(CheckVirtualAdversarial(model, check));
  }
  return check.NotNegative("model.batch_norm_epsilon", model.batch_norm_epsilon());
}

// What goes by the validation error needs validation rows.
absl::Status CheckUseOfValidation(const Experiment& experiment, const FieldCheck& check) {
  const Training& training = experiment.training();
  constexpr absl::string_view kNeedsRows =
      "needs validation rows: data.num_validation, validation_fraction or num_folds";
  const bool has_rows = HasValidationRows(experiment.data());
  if (training.has_early_stopping()) {
    const std::string path = "training.early_stopping";
    LADDER_RETURN_IF_ERROR(
        check.Present(training.early_stopping().has_patience(), path + ".patience"));
    LADDER_RETURN_IF_ERROR(
        check.AtLeast(1, path + ".patience", training.early_stopping().patience()));
    LADDER_RETURN_IF_ERROR(
        check.NotNegative(path + ".min_delta", training.early_stopping().min_delta()));
    LADDER_RETURN_IF_ERROR(check.AtLeast(experiment.deployment().validate_every_epochs(),
                                         path + ".patience", training.early_stopping().patience()));
    if (!has_rows) return check.Error(path, kNeedsRows);
  }
  if (training.keep_best() && !has_rows) return check.Error("training.keep_best", kNeedsRows);
  return absl::OkStatus();
}

absl::Status CheckUseOfClasses(const Experiment& experiment, const FieldCheck& check) {
  if (experiment.data().class_names_size() > 0 && experiment.model().target() != Model::CLASS) {
    return check.Error("data.class_names", "is for a model.target of CLASS alone");
  }
  const auto& names = experiment.data().class_names();
  for (int i = 0; i < names.size(); ++i) {
    const auto first = std::find(names.begin(), names.end(), names[i]) - names.begin();
    if (first == i) continue;
    return check.Error(absl::StrCat("data.class_names[", i, "]"),
                       absl::StrCat("is \"", names[i], "\", as data.class_names[", first,
                                    "] is; expected a name for each class"));
  }
  const Training::ClassWeights& weights = experiment.training().class_weights();
  const std::string path = "training.class_weights";
  if (experiment.training().has_class_weights() && experiment.model().target() != Model::CLASS) {
    return check.Error(path, "is for a model.target of CLASS alone");
  }
  if (experiment.training().prior_correction() && experiment.model().target() != Model::CLASS) {
    return check.Error("training.prior_correction", "is for a model.target of CLASS alone");
  }
  for (int i = 0; i < weights.weight_size(); ++i) {
    LADDER_RETURN_IF_ERROR(
        check.Positive(absl::StrCat(path, ".weight[", i, "]"), weights.weight(i)));
  }
  if (!weights.balanced() || weights.weight().empty()) return absl::OkStatus();
  return check.Error(path + ".balanced", absl::StrCat("excludes ", path, ".weight"));
}

absl::Status CheckTraining(const Training& training, const FieldCheck& check) {
  if (training.has_num_steps()) {
    LADDER_RETURN_IF_ERROR(check.AtLeast(1, "training.num_steps", training.num_steps()));
    if (training.has_num_epochs()) {
      return check.Error("training.num_epochs", "excludes training.num_steps");
    }
  }
  LADDER_RETURN_IF_ERROR(check.AtLeast(1, "training.num_epochs", training.num_epochs()));
  LADDER_RETURN_IF_ERROR(
      check.AtLeast(2, "training.labeled_batch_size", training.labeled_batch_size()));
  LADDER_RETURN_IF_ERROR(
      check.AtLeast(2, "training.unlabeled_batch_size", training.unlabeled_batch_size()));
  const Training::Adam& adam = training.adam();
  LADDER_RETURN_IF_ERROR(check.Positive("training.adam.learning_rate", adam.learning_rate()));
  const auto is_fraction = [](double beta) { return 0 <= beta && beta < 1; };
  LADDER_RETURN_IF_ERROR(
      check.Require(is_fraction(adam.beta1()), "training.adam.beta1", "in [0, 1)", adam.beta1()));
  LADDER_RETURN_IF_ERROR(
      check.Require(is_fraction(adam.beta2()), "training.adam.beta2", "in [0, 1)", adam.beta2()));
  LADDER_RETURN_IF_ERROR(check.Positive("training.adam.epsilon", adam.epsilon()));
  const double decay_start = training.decay_start_fraction();
  LADDER_RETURN_IF_ERROR(check.Require(0 <= decay_start && decay_start <= 1,
                                       "training.decay_start_fraction", "in [0, 1]", decay_start));
  const Training::WeightAverage& average = training.weight_average();
  LADDER_RETURN_IF_ERROR(check.Require(
      is_fraction(average.decay()), "training.weight_average.decay", "in [0, 1)", average.decay()));
  LADDER_RETURN_IF_ERROR(
      check.AtLeast(0, "training.augmentation.shift", training.augmentation().shift()));
  const double average_start = average.start_fraction();
  return check.Require(0 <= average_start && average_start <= 1,
                       "training.weight_average.start_fraction", "in [0, 1]", average_start);
}

absl::Status CheckDeployment(const Deployment& deployment, const FieldCheck& check) {
  if (deployment.has_num_threads()) {
    LADDER_RETURN_IF_ERROR(
        check.Between(1, kMaxThreads, "deployment.num_threads", deployment.num_threads()));
  }
  LADDER_RETURN_IF_ERROR(
      check.AtLeast(1, "deployment.checkpoint_every_epochs", deployment.checkpoint_every_epochs()));
  LADDER_RETURN_IF_ERROR(
      check.AtLeast(1, "deployment.keep_checkpoints", deployment.keep_checkpoints()));
  if (deployment.has_max_seconds()) {
    LADDER_RETURN_IF_ERROR(check.Positive("deployment.max_seconds", deployment.max_seconds()));
  }
  return check.AtLeast(1, "deployment.validate_every_epochs", deployment.validate_every_epochs());
}

absl::Status CheckPublished(const Published& published, const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(check.Present(published.has_source(), "published.source"));
  LADDER_RETURN_IF_ERROR(check.Present(published.has_mean(), "published.mean"));
  LADDER_RETURN_IF_ERROR(check.Require(0 <= published.mean() && published.mean() <= 100,
                                       "published.mean", "in [0, 100]", published.mean()));
  LADDER_RETURN_IF_ERROR(
      check.NotNegative("published.standard_deviation", published.standard_deviation()));
  LADDER_RETURN_IF_ERROR(check.NotNegative("published.standard_error", published.standard_error()));
  if (!published.has_num_runs()) return absl::OkStatus();
  return check.AtLeast(1, "published.num_runs", published.num_runs());
}

}  // namespace

absl::StatusOr<Experiment> Resolve(const Experiment& experiment, const FieldLocations& locations) {
  const FieldCheck check(&locations);
  for (const auto& [is_set, path] : {std::pair(experiment.has_base(), "base"),
                                     std::pair(experiment.variants_size() > 0, "variants")}) {
    if (is_set) return check.Error(path, "is for files (ReadConfig) alone");
  }
  LADDER_RETURN_IF_ERROR(check.Present(experiment.has_model(), "model"));
  LADDER_RETURN_IF_ERROR(CheckModel(experiment.model(), check));
  LADDER_RETURN_IF_ERROR(check.Present(experiment.has_data(), "data"));
  LADDER_RETURN_IF_ERROR(CheckDataConfig(experiment.data(), check));
  LADDER_RETURN_IF_ERROR(CheckTraining(experiment.training(), check));
  LADDER_RETURN_IF_ERROR(CheckUseOfValidation(experiment, check));
  LADDER_RETURN_IF_ERROR(CheckUseOfClasses(experiment, check));
  LADDER_RETURN_IF_ERROR(CheckDeployment(experiment.deployment(), check));
  if (experiment.has_published()) {
    LADDER_RETURN_IF_ERROR(CheckPublished(experiment.published(), check));
  }
  LADDER_RETURN_IF_ERROR(CheckTexts(experiment, "", check));

  Experiment resolved = experiment;
  Model* model = resolved.mutable_model();
  // What is there whether written or not, unlike a decoder or a source of data.
  model->mutable_input();
  resolved.mutable_training()->mutable_adam();
  resolved.mutable_deployment();
  // A table's columns have any scale, and a model without the same one for all is ruined.
  const Data& data = resolved.data();
  if (data.has_table()) resolved.mutable_data()->mutable_standardization();
  // Which statistics suit a user's data nobody knows beforehand.
  if (data.has_table() || data.has_arrays() || data.has_images()) {
    Training& training = *resolved.mutable_training();
    if (!training.has_prediction_statistics()) training.set_prediction_statistics(Training::BOTH);
    if (!training.has_prior_correction()) {
      training.set_prior_correction(model->target() == Model::CLASS);
    }
  }
  WriteDefaults(&resolved);
  if (resolved.training().has_num_steps()) resolved.mutable_training()->clear_num_epochs();

  for (Layer& layer : *model->mutable_layers()) {
    const bool is_pooling = layer.has_max_pool() || layer.has_global_mean_pool();
    if (!layer.has_activation()) layer.set_activation(is_pooling ? Layer::LINEAR : Layer::RELU);
    if (layer.has_max_pool() && !layer.max_pool().has_stride()) {
      layer.mutable_max_pool()->set_stride(layer.max_pool().window());
    }
  }
  model->mutable_layers(model->layers_size() - 1)->set_activation(TopActivation(*model));
  if (!resolved.data().has_seed()) resolved.mutable_data()->set_seed(resolved.training().seed());
  return resolved;
}

}  // namespace ladder
