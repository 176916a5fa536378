#ifndef LADDER_DATA_CONTRAST_NORMALIZATION_H_
#define LADDER_DATA_CONTRAST_NORMALIZATION_H_

#include "data/dataset.h"

namespace ladder {

// Global contrast normalization, each example x by itself, over all its values:
//
//   x' = scale (x - mean(x)) / max(|x - mean(x)|, 1e-8)
//
// with the L2 norm |.|. An example whose values are all the same becomes 0. scale > 0.
void NormalizeContrast(double scale, Dataset* dataset);

}  // namespace ladder

#endif  // LADDER_DATA_CONTRAST_NORMALIZATION_H_
