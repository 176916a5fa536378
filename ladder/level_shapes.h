#ifndef LADDER_LADDER_LEVEL_SHAPES_H_
#define LADDER_LADDER_LEVEL_SHAPES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/text_proto.h"
#include "ladder/experiment.pb.h"
#include "tensor/shape.h"

namespace ladder {

// The shape of one example at each level of a model, [L + 1]: {units}, or {height, width, channels}
// where the layer or, at level 0, the one above it works on images. `example_shape` is that of the
// data; the model is resolved.
//
// Errors, naming the field: data that are not images for layers that need them, a kernel larger
// than its image, more parameters or more values at a level than 32 bits can count.
absl::StatusOr<std::vector<Shape>> LevelShapes(const Model& model, const FieldLocations& locations,
                                               absl::Span<const int64_t> example_shape);

// The path of the field that says how many features a layer has, counted from 0; of the layer
// itself if that follows from the layers below.
std::string WidthPath(const Model& model, int layer);

}  // namespace ladder

#endif  // LADDER_LADDER_LEVEL_SHAPES_H_
