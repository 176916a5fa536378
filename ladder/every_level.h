#ifndef LADDER_LADDER_EVERY_LEVEL_H_
#define LADDER_LADDER_EVERY_LEVEL_H_

#include <string>

#include "absl/status/status.h"
#include "base/text_proto.h"
#include "ladder/experiment.pb.h"

namespace ladder {

// "model.input" for level 0, "model.layers[2]" for level 3.
std::string LevelPath(int level);

// The decoder of a level, or null if it has none.
const Decoder* LevelDecoder(const Model& model, int level);

// Writes model.every_level and model.cost_weight into the levels, and clears both. What a level has
// from there also has its place in `locations`. An error if cost_weight has more values than
// levels, a decoder has a weight too, or a level with a weight has no decoder.
absl::Status WriteIntoLevels(Model* model, FieldLocations* locations);

}  // namespace ladder

#endif  // LADDER_LADDER_EVERY_LEVEL_H_
