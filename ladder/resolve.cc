#include "ladder/resolve.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/field_check.h"
#include "base/field_rules.h"
#include "base/status_macros.h"
#include "ladder/data_config.h"
#include "ladder/every_level.h"
#include "ops/combinator.h"

namespace ladder {
namespace {

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
  if (layer.has_fully_connected() && !is_top) {  // the top's units are the data's
    LADDER_RETURN_IF_ERROR(
        check.Present(layer.fully_connected().has_units(), path + ".fully_connected.units"));
  }
  return CheckActivation(layer, is_top, top_activation, path, check);
}

absl::Status CheckDecoder(const Decoder& decoder, const std::string& path,
                          const FieldCheck& check) {
  const Decoder::Combinator combinator = decoder.combinator();
  const bool is_mlp = combinator == Decoder::MLP || combinator == Decoder::AMLP;
  if (is_mlp) {
    LADDER_RETURN_IF_ERROR(check.Present(decoder.hidden_units_size() > 0, path + ".hidden_units"));
    LADDER_RETURN_IF_ERROR(check.Present(decoder.has_initial_stddev(), path + ".initial_stddev"));
  } else if (decoder.hidden_units_size() > 0) {
    return check.Error(path + ".hidden_units", "is for the combinators MLP and AMLP alone");
  }
  const int64_t all_units =
      std::accumulate(decoder.hidden_units().begin(), decoder.hidden_units().end(), int64_t{0});
  LADDER_RETURN_IF_ERROR(check.Require(all_units <= kMaxMlpHiddenUnits, path + ".hidden_units",
                                       absl::StrCat("at most ", kMaxMlpHiddenUnits, " in all"),
                                       all_units));
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
    const Decoder* decoder = LevelDecoder(model, level);
    const std::string path = LevelPath(level) + ".decoder";
    if (decoder == nullptr) {
      if (gap.empty()) gap = LevelPath(level);
    } else if (!gap.empty()) {
      return check.Error(path, absl::StrCat("needs one at every level above: ", gap, " has none"));
    } else {
      LADDER_RETURN_IF_ERROR(CheckDecoder(*decoder, path, check));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckVirtualAdversarial(const Model& model, const FieldCheck& check) {
  const VirtualAdversarial& config = model.virtual_adversarial();
  const std::string path = "model.virtual_adversarial";
  if (model.target() != Model::CLASS) {
    return check.Error(path, "is for a model.target of CLASS alone");
  }
  return check.Require(config.epsilon_size() <= model.layers_size() + 1, path + ".epsilon",
                       absl::StrCat("at most ", model.layers_size() + 1, " values, one a level"),
                       config.epsilon_size());
}

absl::Status CheckModel(const Model& model, const FieldCheck& check) {
  // Streams of random numbers of different purposes are that many levels apart (random_streams.h).
  LADDER_RETURN_IF_ERROR(check.Require(model.layers_size() < 256, "model.layers",
                                       "at most 255 layers", model.layers_size()));
  for (int i = 0; i < model.layers_size(); ++i) {
    const bool is_top = i + 1 == model.layers_size();
    LADDER_RETURN_IF_ERROR(
        CheckLayer(model.layers(i), is_top, TopActivation(model), LevelPath(i + 1), check));
  }
  LADDER_RETURN_IF_ERROR(CheckDecoders(model, check));
  return model.has_virtual_adversarial() ? CheckVirtualAdversarial(model, check) : absl::OkStatus();
}

// What goes by the validation error needs validation rows.
absl::Status CheckUseOfValidation(const Experiment& experiment, const FieldCheck& check) {
  const Training& training = experiment.training();
  constexpr absl::string_view kNeedsRows =
      "needs validation rows: data.num_validation, validation_fraction or num_folds";
  const bool has_rows = HasValidationRows(experiment.data());
  if (training.has_early_stopping()) {
    const std::string path = "training.early_stopping";
    const int32_t least = experiment.deployment().validate_every_epochs();
    const int32_t patience = training.early_stopping().patience();
    LADDER_RETURN_IF_ERROR(check.Require(patience >= least, path + ".patience",
                                         absl::StrCat("at least ", least), patience));
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
  if (!weights.balanced() || weights.weight().empty()) return absl::OkStatus();
  return check.Error(path + ".balanced", absl::StrCat("excludes ", path, ".weight"));
}

// An error if fields that each keep to their rules do not go together.
absl::Status CheckTogether(const Experiment& experiment, const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(CheckModel(experiment.model(), check));
  LADDER_RETURN_IF_ERROR(CheckDataConfig(experiment.data(), check));
  if (experiment.training().has_num_steps() && experiment.training().has_num_epochs()) {
    return check.Error("training.num_epochs", "excludes training.num_steps");
  }
  LADDER_RETURN_IF_ERROR(CheckUseOfValidation(experiment, check));
  return CheckUseOfClasses(experiment, check);
}

// Sets what is unset to its default, where the schema alone does not say it.
void WriteOut(Experiment* experiment) {
  Model* model = experiment->mutable_model();
  // What is there whether written or not, unlike a decoder or a source of data.
  model->mutable_input();
  experiment->mutable_training()->mutable_adam();
  experiment->mutable_deployment();
  // A table's columns have any scale, and a model without the same one for all is ruined.
  const Data& data = experiment->data();
  if (data.has_table()) experiment->mutable_data()->mutable_standardization();
  // Which statistics suit a user's data nobody knows beforehand.
  if (data.has_table() || data.has_arrays() || data.has_images()) {
    Training& training = *experiment->mutable_training();
    if (!training.has_prediction_statistics()) training.set_prediction_statistics(Training::BOTH);
    if (!training.has_prior_correction()) {
      training.set_prior_correction(model->target() == Model::CLASS);
    }
  }
  WriteDefaults(experiment);
  if (experiment->training().has_num_steps()) experiment->mutable_training()->clear_num_epochs();

  for (Layer& layer : *model->mutable_layers()) {
    const bool is_pooling = layer.has_max_pool() || layer.has_global_mean_pool();
    if (!layer.has_activation()) layer.set_activation(is_pooling ? Layer::LINEAR : Layer::RELU);
    if (layer.has_max_pool() && !layer.max_pool().has_stride()) {
      layer.mutable_max_pool()->set_stride(layer.max_pool().window());
    }
  }
  model->mutable_layers(model->layers_size() - 1)->set_activation(TopActivation(*model));
  if (!data.has_seed()) experiment->mutable_data()->set_seed(experiment->training().seed());
}

}  // namespace

absl::StatusOr<Experiment> Resolve(const Experiment& experiment, const FieldLocations& locations) {
  Experiment resolved = experiment;
  FieldLocations places = locations;  // and those of what is written into the levels
  const FieldCheck check(&places);
  for (const auto& [is_set, path] : {std::pair(experiment.has_base(), "base"),
                                     std::pair(experiment.variants_size() > 0, "variants")}) {
    if (is_set) return check.Error(path, "is for files (ReadConfig) alone");
  }
  LADDER_RETURN_IF_ERROR(CheckFieldRules(experiment, "", check));
  LADDER_RETURN_IF_ERROR(WriteIntoLevels(resolved.mutable_model(), &places));
  LADDER_RETURN_IF_ERROR(CheckTogether(resolved, check));
  WriteOut(&resolved);
  return resolved;
}

}  // namespace ladder
