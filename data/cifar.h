#ifndef LADDER_DATA_CIFAR_H_
#define LADDER_DATA_CIFAR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/dataset.h"

namespace ladder {

// Reads one part of CIFAR-10 in its binary version: 50,000 training and 10,000 test images of
// 32 x 32 pixels in red, green and blue, and 10 classes. A file is records of 3,073 bytes, a label
// and the three planes of its image. Examples are of shape {32, 32, 3}, channels last, with values
// in [0, 1].
//
// `directory` has the files by their names, data_batch_1.bin to data_batch_5.bin and
// test_batch.bin; empty, it is where tools/fetch_data puts them. All five are needed, unless
// `files`, if any, name what is read in their place.
//
// Errors name the file and the byte; that of a file that is not there also the command that fetches
// it.
absl::StatusOr<Dataset> ReadCifar10(const std::string& directory, DatasetPart part,
                                    const std::vector<std::string>& files = {});

}  // namespace ladder

#endif  // LADDER_DATA_CIFAR_H_
