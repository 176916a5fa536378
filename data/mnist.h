#ifndef LADDER_DATA_MNIST_H_
#define LADDER_DATA_MNIST_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/dataset.h"

namespace ladder {

// Reads one part of MNIST, or of a set with the same files: 60,000 training and 10,000 test images
// of 28 x 28 pixels in 10 classes.
//
// `name` is one that tools/fetch_data knows: "mnist" or "fashion_mnist". `directory` has the IDX
// files, plain or .gz; empty, it is where fetch_data puts them. The error of a file that is not
// there names the command that fetches it.
absl::StatusOr<Dataset> ReadMnist(absl::string_view name, const std::string& directory,
                                  DatasetPart part);

}  // namespace ladder

#endif  // LADDER_DATA_MNIST_H_
