#include "ladder/resolve.h"

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/text_format.h"
#include "ladder/field_check.h"
#include "ops/combinator.h"

namespace ladder {
namespace {

using ::google::protobuf::FieldDescriptor;
using ::google::protobuf::Message;
using ::google::protobuf::OneofDescriptor;
using ::google::protobuf::Reflection;
using ::google::protobuf::TextFormat;

constexpr int64_t kMaxUnits = std::numeric_limits<int32_t>::max();
// What only a slip of the finger exceeds.
constexpr int64_t kMaxPoints = 10000000;
constexpr int64_t kMaxThreads = 256;

std::string LayerPath(int index) { return absl::StrCat("model.layers[", index, "]"); }

// The names of the fields of which one is to be set.
std::string MemberNames(const Message& message, const std::string& oneof) {
  const OneofDescriptor* descriptor = message.GetDescriptor()->FindOneofByName(oneof);
  std::vector<std::string> names;
  for (int i = 0; i < descriptor->field_count(); ++i) names.push_back(descriptor->field(i)->name());
  return absl::StrJoin(names, ", ");
}

absl::Status CheckKind(const Layer& layer, const std::string& path, const FieldCheck& check) {
  const auto size = [&](bool has, const std::string& field, int64_t value) {
    LADDER_RETURN_IF_ERROR(check.Present(has, path + field));
    return check.Between(1, kMaxUnits, path + field, value);
  };
  if (layer.has_fully_connected()) {
    const FullyConnected& connected = layer.fully_connected();
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

absl::Status CheckLayer(const Layer& layer, bool is_top, const std::string& path,
                        const FieldCheck& check) {
  if (layer.kind_case() == Layer::KIND_NOT_SET) {
    return check.Error(path, absl::StrCat("must have one of ", MemberNames(layer, "kind")));
  }
  LADDER_RETURN_IF_ERROR(CheckKind(layer, path, check));
  if (layer.has_activation()) {
    LADDER_RETURN_IF_ERROR(check.Require(
        (layer.activation() == Layer::SOFTMAX) == is_top, path + ".activation",
        is_top ? "SOFTMAX in the top layer" : "RELU, LEAKY_RELU or LINEAR in a layer below the top",
        Layer::Activation_Name(layer.activation())));
  }
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
  // Streams of random numbers of different purposes are that many levels apart (encoder.h).
  LADDER_RETURN_IF_ERROR(check.Require(model.layers_size() < 256, "model.layers",
                                       "at most 255 layers", model.layers_size()));
  for (int i = 0; i < model.layers_size(); ++i) {
    const bool is_top = i + 1 == model.layers_size();
    LADDER_RETURN_IF_ERROR(CheckLayer(model.layers(i), is_top, LayerPath(i), check));
  }
  LADDER_RETURN_IF_ERROR(CheckDecoders(model, check));
  if (model.has_virtual_adversarial()) {
    LADDER_RETURN_IF_ERROR(CheckVirtualAdversarial(model, check));
  }
  return check.NotNegative("model.batch_norm_epsilon", model.batch_norm_epsilon());
}

absl::Status CheckData(const Data& data, const FieldCheck& check) {
  if (data.source_case() == Data::SOURCE_NOT_SET) {
    return check.Error("data", absl::StrCat("must have one of ", MemberNames(data, "source")));
  }
  if (data.has_two_moons()) {
    const Data::TwoMoons& moons = data.two_moons();
    LADDER_RETURN_IF_ERROR(
        check.Between(2, kMaxPoints, "data.two_moons.num_training", moons.num_training()));
    LADDER_RETURN_IF_ERROR(
        check.Between(2, kMaxPoints, "data.two_moons.num_test", moons.num_test()));
    LADDER_RETURN_IF_ERROR(check.NotNegative("data.two_moons.noise_stddev", moons.noise_stddev()));
  }
  if (data.has_idx()) {
    const Data::IdxFiles& idx = data.idx();
    const bool has_test = idx.has_test_images() || idx.has_test_labels();
    LADDER_RETURN_IF_ERROR(check.Present(idx.has_training_images(), "data.idx.training_images"));
    LADDER_RETURN_IF_ERROR(check.Present(idx.has_training_labels(), "data.idx.training_labels"));
    LADDER_RETURN_IF_ERROR(
        check.Present(!has_test || idx.has_test_images(), "data.idx.test_images"));
    LADDER_RETURN_IF_ERROR(
        check.Present(!has_test || idx.has_test_labels(), "data.idx.test_labels"));
  }
  if (data.has_csv()) {
    LADDER_RETURN_IF_ERROR(check.Present(data.csv().has_training(), "data.csv.training"));
  }
  if (data.has_contrast_normalization()) {
    LADDER_RETURN_IF_ERROR(
        check.Positive("data.contrast_normalization.scale", data.contrast_normalization().scale()));
  }
  if (data.has_whitening()) {
    LADDER_RETURN_IF_ERROR(check.Positive("data.whitening.epsilon", data.whitening().epsilon()));
  }
  if (data.has_num_labeled()) {
    LADDER_RETURN_IF_ERROR(check.AtLeast(2, "data.num_labeled", data.num_labeled()));
  }
  return check.AtLeast(0, "data.num_validation", data.num_validation());
}

absl::Status CheckTraining(const Training& training, const FieldCheck& check) {
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

absl::Status CheckText(const std::string& text, const std::string& path, const FieldCheck& check) {
  if (text.empty()) return check.Error(path, "is empty");
  if (text.find('\0') != std::string::npos) return check.Error(path, "has a zero byte in it");
  return absl::OkStatus();
}

// Every text of the schema names something: a file, a folder, a paper.
absl::Status CheckTexts(const Message& message, const std::string& path, const FieldCheck& check) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string field_path = absl::StrCat(path, path.empty() ? "" : ".", field->name());
    const bool is_text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    if (field->is_repeated()) {
      // A list of messages is that of layers: no text.
      for (int i = 0; is_text && i < reflection.FieldSize(message, field); ++i) {
        LADDER_RETURN_IF_ERROR(CheckText(reflection.GetRepeatedString(message, field, i),
                                         absl::StrCat(field_path, "[", i, "]"), check));
      }
    } else if (field->message_type() != nullptr) {
      LADDER_RETURN_IF_ERROR(CheckTexts(reflection.GetMessage(message, field), field_path, check));
    } else if (is_text) {
      LADDER_RETURN_IF_ERROR(CheckText(reflection.GetString(message, field), field_path, check));
    }
  }
  return absl::OkStatus();
}

// Sets each field that has a default and is not set, in this message and those in it.
void WriteDefaults(Message* message) {
  const Reflection& reflection = *message->GetReflection();
  for (int i = 0; i < message->GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message->GetDescriptor()->field(i);
    if (field->is_repeated()) {
      if (field->message_type() == nullptr) continue;
      for (int k = 0; k < reflection.FieldSize(*message, field); ++k) {
        WriteDefaults(reflection.MutableRepeatedMessage(message, field, k));
      }
    } else if (reflection.HasField(*message, field)) {
      if (field->message_type() == nullptr) continue;
      WriteDefaults(reflection.MutableMessage(message, field));
    } else if (field->has_default_value()) {
      // Through text, which is the same code for every type, and exact.
      std::string value;
      TextFormat::PrintFieldValueToString(*message, field, -1, &value);
      TextFormat::ParseFieldValueFromString(value, field, message);
    }
  }
}

}  // namespace

absl::StatusOr<Experiment> Resolve(const Experiment& experiment, const FieldLocations& locations) {
  const FieldCheck check(&locations);
  LADDER_RETURN_IF_ERROR(check.Present(experiment.has_model(), "model"));
  LADDER_RETURN_IF_ERROR(CheckModel(experiment.model(), check));
  LADDER_RETURN_IF_ERROR(check.Present(experiment.has_data(), "data"));
  LADDER_RETURN_IF_ERROR(CheckData(experiment.data(), check));
  LADDER_RETURN_IF_ERROR(CheckTraining(experiment.training(), check));
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
  WriteDefaults(&resolved);

  for (Layer& layer : *model->mutable_layers()) {
    const bool is_pooling = layer.has_max_pool() || layer.has_global_mean_pool();
    if (!layer.has_activation()) layer.set_activation(is_pooling ? Layer::LINEAR : Layer::RELU);
    if (layer.has_max_pool() && !layer.max_pool().has_stride()) {
      layer.mutable_max_pool()->set_stride(layer.max_pool().window());
    }
  }
  model->mutable_layers(model->layers_size() - 1)->set_activation(Layer::SOFTMAX);
  if (!resolved.data().has_seed()) resolved.mutable_data()->set_seed(resolved.training().seed());
  return resolved;
}

}  // namespace ladder
