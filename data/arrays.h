#ifndef LADDER_DATA_ARRAYS_H_
#define LADDER_DATA_ARRAYS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "data/table.h"

namespace ladder {

// Reads NumPy's arrays (format versions 1.0 to 3.0, C and Fortran order, little and big endian;
// booleans, integers, floats of 16 to 64 bits): a .npy file, or one in an .npz file as
// FILE.npz:NAME.
//
// Inputs are [N, values], [N, height, width] or [N, height, width, channels]; [N] is one value
// each. Unsigned bytes stay bytes and are scaled to [0, 1], other types become floats as they are.
//
// Labels of kClasses are [N] or [N, 1]: integers from 0, or floats that are; negative or NaN: none.
// `num_classes` 0 stands for the largest plus 1. Numbers and flags are [N] or [N, columns], NaN
// where one is missing. An empty labels_path stands for no labels.
//
// Errors name the file and the byte or the element.
absl::StatusOr<Dataset> ReadArrays(const std::string& inputs_path, const std::string& labels_path,
                                   LabelKind labels = LabelKind::kClasses, int num_classes = 0);

}  // namespace ladder

#endif  // LADDER_DATA_ARRAYS_H_
