#ifndef LADDER_LADDER_AUGMENTATION_H_
#define LADDER_LADDER_AUGMENTATION_H_

#include <cstdint>

#include "absl/types/span.h"
#include "base/philox.h"
#include "ladder/experiment.pb.h"
#include "tensor/tensor.h"

namespace ladder {

// Moves and mirrors images as training.augmentation says, each by a draw of its own: image i of a
// batch by block i of the sequence that the key names. Zeros come in where an image leaves.
//
//   images: [rows, height width channels]    shape: {height, width, channels}
void Augment(const Training::Augmentation& config, absl::Span<const int64_t> shape, RandomKey key,
             Tensor images);

}  // namespace ladder

#endif  // LADDER_LADDER_AUGMENTATION_H_
