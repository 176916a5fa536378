#ifndef LADDER_DATA_IDX_H_
#define LADDER_DATA_IDX_H_

#include <string>

#include "absl/status/statusor.h"
#include "data/dataset.h"

namespace ladder {

// Reads images, and their labels, from IDX files, MNIST's format: a magic number (0, 0, the type,
// the rank), a big-endian size of 32 bits for each axis, and the values, big-endian too. Each file
// may be packed by gzip, whatever its name.
//
// Images are [N, height, width], [N, height, width, channels], or [N, values]. Unsigned bytes (type
// 8) stay bytes and are scaled to [0, 1]; signed bytes (9), integers of 16 and 32 bits (11, 12),
// and floats of 32 and 64 bits (13, 14) become floats as they are.
//
// Labels are [N]; an empty `labels_path` stands for none. Labels are in [0, num_classes); where
// num_classes is 0, it becomes the largest label plus 1. An example has no label where the byte is
// 255, unless num_classes is above 255, or where another type is negative.
//
// Errors name the file and the byte: of the unpacked data, or of the file if that is damaged. No
// header can make this allocate more than the file can hold, and no file is read that holds more
// than 4 GiB.
absl::StatusOr<Dataset> ReadIdx(const std::string& images_path, const std::string& labels_path,
                                int num_classes = 0);

}  // namespace ladder

#endif  // LADDER_DATA_IDX_H_
