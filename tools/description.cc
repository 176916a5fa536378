#include "tools/description.h"

#include <variant>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/json_text.h"
#include "base/status_macros.h"
#include "base/text_table.h"
#include "tensor/profile.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

// An enum value's name as people read it: LEAKY_RELU is "leaky relu".
std::string Words(absl::string_view name) {
  return absl::StrReplaceAll(absl::AsciiStrToLower(name), {{"_", " "}});
}

void DescribeDecoder(const Decoder& decoder, Description::Level* level) {
  level->cost_weight = decoder.cost_weight();
  level->combinator = Words(Decoder::Combinator_Name(decoder.combinator()));
  if (decoder.hidden_units_size() > 0) {
    absl::StrAppend(&level->combinator, " ", absl::StrJoin(decoder.hidden_units(), "-"));
  }
}

// The number of elements of the parameters whose name starts with `prefix`.
int64_t CountParameters(const ParameterSet& parameters, const std::string& prefix) {
  int64_t count = 0;
  for (const auto& parameter : parameters.parameters()) {
    if (absl::StartsWith(parameter->name(), prefix)) count += parameter->shape().size();
  }
  return count;
}

std::vector<Description::Level> DescribeLevels(LadderModel& model,
                                               const std::vector<int64_t>& example_shape) {
  const Model& config = model.config();
  std::vector<Description::Level> levels(config.layers_size() + 1);
  levels[0].kind = "input";
  levels[0].shape = example_shape;
  levels[0].noise_stddev = config.input().noise_stddev();
  if (config.input().has_decoder()) DescribeDecoder(config.input().decoder(), &levels[0]);
  for (int l = 1; l <= config.layers_size(); ++l) {
    const Layer& layer = config.layers(l - 1);
    levels[l].kind = Words(layer.GetDescriptor()->FindFieldByNumber(layer.kind_case())->name());
    const absl::Span<const int64_t> sizes = model.encoder().shape(l).sizes();
    levels[l].shape.assign(sizes.begin(), sizes.end());
    levels[l].activation = Words(Layer::Activation_Name(layer.activation()));
    levels[l].noise_stddev = layer.noise_stddev();
    if (layer.has_decoder()) DescribeDecoder(layer.decoder(), &levels[l]);
  }
  for (size_t l = 0; l < levels.size(); ++l) {
    const ParameterSet& parameters = model.parameters();
    levels[l].encoder_parameters = CountParameters(parameters, absl::StrCat("encoder/", l, "/"));
    levels[l].decoder_parameters = CountParameters(parameters, absl::StrCat("decoder/", l, "/"));
  }
  return levels;
}

int64_t SlabBytes(Tensor slab) { return slab.size() * static_cast<int64_t>(sizeof(Real)); }

int64_t DataBytes(const Dataset& dataset) {
  const int64_t inputs = std::visit(
      [](const auto& values) { return static_cast<int64_t>(values.size() * sizeof(values[0])); },
      dataset.inputs);
  return inputs + static_cast<int64_t>(dataset.labels.size() * sizeof(dataset.labels[0]));
}

std::string Megabytes(int64_t bytes) { return absl::StrFormat("%.2f MB", 1e-6 * bytes); }

// 1234567 as "1,234,567".
std::string Grouped(int64_t number) {
  const std::string digits = absl::StrCat(number);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

}  // namespace

absl::StatusOr<Description> Describe(Trainer& trainer) {
  const Dataset& dataset = trainer.dataset();
  LadderModel& model = trainer.model();
  Description description;
  description.levels = DescribeLevels(model, dataset.example_shape);
  description.num_parameters = model.parameters().num_elements();
  description.num_examples = dataset.num_examples();
  description.num_labeled = static_cast<int64_t>(trainer.split().labeled.size());
  description.num_validation = static_cast<int64_t>(trainer.split().validation.size());
  description.steps_per_epoch = trainer.steps_per_epoch();
  description.num_epochs = trainer.num_epochs();
  const LadderBatch batch = trainer.batches().Batch(0);
  description.labeled_rows = batch.num_labeled();
  description.unlabeled_rows = batch.inputs.shape()[0] - description.labeled_rows;

  // The first step finds out how much memory it takes, the second has it in one block.
  Profile profile;
  trainer.context().set_profile(&profile);
  absl::Status status = trainer.Step().status();
  trainer.context().set_profile(nullptr);
  if (status.ok()) status = trainer.Step().status();
  LADDER_RETURN_IF_ERROR(status);
  description.products = static_cast<int64_t>(profile.products().size());
  for (const Profile::Product& product : profile.products()) description.flops += product.flops();

  Description::Memory& memory = description.memory;
  memory.parameters = SlabBytes(model.parameters().values()) +
                      2 * SlabBytes(model.statistics().values());  // with gradients, unused
  memory.gradients = SlabBytes(model.parameters().grads());
  for (const Optimizer::State& state : trainer.optimizer().states()) {
    memory.moments += SlabBytes(state.slab);
  }
  memory.step = static_cast<int64_t>(trainer.context().arena().capacity());
  memory.batch = SlabBytes(batch.inputs);
  memory.data = DataBytes(dataset);
  return description;
}

std::string DescriptionText(const Description& description) {
  std::vector<std::vector<std::string>> table = {{"level", "kind", "shape", "activation", "noise",
                                                  "cost weight", "combinator", "encoder",
                                                  "decoder"}};
  for (size_t l = 0; l < description.levels.size(); ++l) {
    const Description::Level& level = description.levels[l];
    const bool decoded = level.cost_weight.has_value();
    table.push_back(
        {absl::StrCat(l), level.kind, absl::StrJoin(level.shape, " x "),
         level.activation.empty() ? "-" : level.activation, absl::StrCat(level.noise_stddev),
         decoded ? absl::StrCat(*level.cost_weight) : "-", decoded ? level.combinator : "-",
         Grouped(level.encoder_parameters), Grouped(level.decoder_parameters)});
  }
  const Description::Memory& memory = description.memory;
  return absl::StrCat(TextTable(table, "rlllrrlr"), "\n",  //
                      "parameters  ", Grouped(description.num_parameters), "\n", "data        ",
                      Grouped(description.num_examples), " training examples, ",
                      Grouped(description.num_labeled), " labeled, ",
                      Grouped(description.num_validation),
                      " for validation\n",  //
                      "step        ", description.labeled_rows, " labeled and ",
                      description.unlabeled_rows, " unlabeled rows, ",
                      absl::StrFormat("%.4g GFLOP in %d matrix products\n",
                                      1e-9 * description.flops, description.products),
                      "training    ", Grouped(description.num_epochs), " epochs of ",
                      Grouped(description.steps_per_epoch), " steps\n",  //
                      "memory      ", Megabytes(memory.total()), ": parameters ",
                      Megabytes(memory.parameters), ", gradients ", Megabytes(memory.gradients),
                      ", moments ", Megabytes(memory.moments), ", a step ", Megabytes(memory.step),
                      ", batch ", Megabytes(memory.batch), ", data ", Megabytes(memory.data), "\n");
}

std::string DescriptionJson(const Description& description) {
  Json json;
  for (const Description::Level& level : description.levels) {
    const bool decoded = level.cost_weight.has_value();
    json["levels"].push_back(
        {{"kind", level.kind},
         {"shape", level.shape},
         {"activation", level.activation.empty() ? Json() : Json(level.activation)},
         {"noise_stddev", level.noise_stddev},
         {"cost_weight", decoded ? Json(*level.cost_weight) : Json()},
         {"combinator", decoded ? Json(level.combinator) : Json()},
         {"encoder_parameters", level.encoder_parameters},
         {"decoder_parameters", level.decoder_parameters}});
  }
  json["parameters"] = description.num_parameters;
  json["data"] = {{"examples", description.num_examples},
                  {"labeled", description.num_labeled},
                  {"validation", description.num_validation}};
  json["step"] = {{"labeled_rows", description.labeled_rows},
                  {"unlabeled_rows", description.unlabeled_rows},
                  {"gflop", 1e-9 * description.flops},
                  {"products", description.products}};
  json["training"] = {{"epochs", description.num_epochs},
                      {"steps_per_epoch", description.steps_per_epoch}};
  const Description::Memory& memory = description.memory;
  json["memory_bytes"] = {{"parameters", memory.parameters}, {"gradients", memory.gradients},
                          {"moments", memory.moments},       {"step", memory.step},
                          {"batch", memory.batch},           {"data", memory.data},
                          {"total", memory.total()}};
  return JsonText(json);
}

}  // namespace ladder
