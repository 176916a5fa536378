#ifndef LADDER_DATA_IDX_H_
#define LADDER_DATA_IDX_H_

#include <string>

#include "absl/status/statusor.h"
#include "data/dataset.h"

namespace ladder {

// Reads images of 8 bits, and their labels, from IDX files, MNIST's format: a magic number (0, 0, 8
// for unsigned bytes, the rank), a big-endian size of 32 bits for each axis, and the values. Each
// file may be packed by gzip, whatever its name.
//
// Images are [N, height, width], [N, height, width, channels], or [N, values]; pixels are scaled to
// [0, 1]. Labels are [N]; an empty `labels_path` stands for none. Labels are in [0, num_classes);
// where num_classes is 0, it becomes the largest label plus 1.
//
// Errors name the file and the byte: of the unpacked data, or of the file if that is damaged. No
// header can make this allocate more than the file can hold, and no file is read that holds more
// than 4 GiB.
absl::StatusOr<Dataset> ReadIdx(const std::string& images_path, const std::string& labels_path,
                                int num_classes = 0);

}  // namespace ladder

#endif  // LADDER_DATA_IDX_H_
