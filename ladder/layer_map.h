#ifndef LADDER_LADDER_LAYER_MAP_H_
#define LADDER_LADDER_LAYER_MAP_H_

#include <string>

#include "autodiff/parameter.h"
#include "autodiff/tape.h"
#include "base/philox.h"
#include "ladder/experiment.pb.h"

// What each kind of layer does between two levels, up in the encoder and down in the decoder.
// Shapes are those of one example (ladder/level_shapes.h); variables have the rows of a batch in
// front.

namespace ladder {

// The weights W of a layer between the level below and its own, or null if its kind has none:
//
//   fully connected  [below's values, units]             N(0, 1) / sqrt(fan-in)
//   convolution      [kernel, kernel, channels, filters] uniform in +-sqrt(3 / fan-in)
Parameter* AddEncoderWeights(const Layer& layer, const Shape& below, const Shape& here,
                             const std::string& name, RandomKey key, ParameterSet* parameters);

// The weights V that go back. They have the encoder's shape, a fully connected layer's transposed.
Parameter* AddDecoderWeights(const Layer& layer, const Shape& below, const Shape& here,
                             const std::string& name, RandomKey key, ParameterSet* parameters);

// From below to here, before normalization. h: [rows, below] -> [rows, here]. `w` and `v` are null
// for kinds without weights.
Variable Up(const Layer& layer, Variable h, Variable w);

// From here to below, before normalization. z_est: [rows, here] -> [rows, below].
Variable Down(const Layer& layer, const Shape& below, Variable z_est, Variable v);

// [rows, ...] with other axes, whose sizes are those of `example`.
Variable WithExampleShape(Variable x, const Shape& example);

}  // namespace ladder

#endif  // LADDER_LADDER_LAYER_MAP_H_
