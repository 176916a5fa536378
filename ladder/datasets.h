#ifndef LADDER_LADDER_DATASETS_H_
#define LADDER_LADDER_DATASETS_H_

#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"

namespace ladder {

// Reads or makes one part of the data that a resolved config names. A config need not have a test
// set: kNotFound, with the field to set. Other errors are the reader's.
absl::StatusOr<Dataset> LoadDataset(const Data& config, DatasetPart part);

}  // namespace ladder

#endif  // LADDER_LADDER_DATASETS_H_
