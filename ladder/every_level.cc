#include "ladder/every_level.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/field_check.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

Decoder* MutableDecoder(Model* model, int level) {
  return level == 0 ? model->mutable_input()->mutable_decoder()
                    : model->mutable_layers(level - 1)->mutable_decoder();
}

// `level` is an Input or a Layer.
template <class Level>
void WriteInto(const EveryLevel& every, const std::string& path, Level* level,
               FieldLocations* locations) {
  if (every.has_noise_stddev() && !level->has_noise_stddev()) {
    level->set_noise_stddev(every.noise_stddev());
    locations->Record(path + ".noise_stddev", locations->Place("model.every_level.noise_stddev"));
  }
  if (!every.has_decoder()) return;
  Decoder decoder = every.decoder();
  FieldLocations places = locations->Within("model.every_level.decoder");
  if (level->has_decoder()) {
    MergeOver(level->decoder(), locations->Within(path + ".decoder"), &decoder, &places);
  }
  *level->mutable_decoder() = decoder;
  locations->Add(path + ".decoder", places);
}

// One list says all weights, or each decoder its own.
absl::Status CheckWeights(const Model& model, const FieldLocations& locations) {
  if (model.cost_weight().empty()) return absl::OkStatus();
  const int num_levels = model.layers_size() + 1;
  LADDER_RETURN_IF_ERROR(FieldCheck(&locations)
                             .Require(model.cost_weight_size() <= num_levels, "model.cost_weight",
                                      absl::StrCat("at most ", num_levels, " values, one a level"),
                                      model.cost_weight_size()));
  const auto excluded = [&](const std::string& path) {
    const std::string place = locations.Place(path);
    return locations.Error(
        "model.cost_weight",
        absl::StrCat("excludes ", path, place.empty() ? "" : ", which is at ", place));
  };
  if (model.every_level().decoder().has_cost_weight()) {
    return excluded("model.every_level.decoder.cost_weight");
  }
  for (int level = 0; level < num_levels; ++level) {
    const Decoder* decoder = LevelDecoder(model, level);
    if (decoder != nullptr && decoder->has_cost_weight()) {
      return excluded(LevelPath(level) + ".decoder.cost_weight");
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string LevelPath(int level) {
  return level == 0 ? "model.input" : absl::StrCat("model.layers[", level - 1, "]");
}

const Decoder* LevelDecoder(const Model& model, int level) {
  if (level == 0) return model.input().has_decoder() ? &model.input().decoder() : nullptr;
  const Layer& layer = model.layers(level - 1);
  return layer.has_decoder() ? &layer.decoder() : nullptr;
}

absl::Status WriteIntoLevels(Model* model, FieldLocations* locations) {
  LADDER_RETURN_IF_ERROR(CheckWeights(*model, *locations));
  if (model->has_every_level()) {
    const EveryLevel every = model->every_level();
    WriteInto(every, LevelPath(0), model->mutable_input(), locations);
    for (int i = 0; i < model->layers_size(); ++i) {
      WriteInto(every, LevelPath(i + 1), model->mutable_layers(i), locations);
    }
  }
  const int num_weights = model->cost_weight_size();
  for (int level = 0; num_weights > 0 && level <= model->layers_size(); ++level) {
    const int index = std::min(level, num_weights - 1);
    const double weight = model->cost_weight(index);
    const std::string place = absl::StrCat("model.cost_weight[", index, "]");
    if (LevelDecoder(*model, level) != nullptr) {
      MutableDecoder(model, level)->set_cost_weight(weight);
      locations->Record(LevelPath(level) + ".decoder.cost_weight", locations->Place(place));
    } else if (weight != 0) {
      return locations->Error(
          place, absl::StrCat("must be 0, as ", LevelPath(level), " has no decoder, got ", weight));
    }
  }
  model->clear_every_level();
  model->clear_cost_weight();
  return absl::OkStatus();
}

}  // namespace ladder
