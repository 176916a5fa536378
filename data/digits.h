#ifndef LADDER_DATA_DIGITS_H_
#define LADDER_DATA_DIGITS_H_

#include "data/dataset.h"

namespace ladder {

// 1,797 gray images of 8 x 8 handwritten digits, built into the program: examples of shape
// {8, 8, 1}, values in [0, 1], 10 classes (data/digits/README.md says where they come from). In the
// order of their file, the first 1,437 are for training and the last 360 for testing.
Dataset Digits(DatasetPart part);

}  // namespace ladder

#endif  // LADDER_DATA_DIGITS_H_
