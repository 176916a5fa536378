#ifndef LADDER_LADDER_DATASETS_H_
#define LADDER_LADDER_DATASETS_H_

#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"

namespace ladder {

// Whether a resolved config names data to test on; only a user's own data may not.
bool HasTestSet(const Data& config);

// Reads or makes one part of the data that a resolved config names, as it is before preprocessing
// (ladder/preprocessing.h): the test set only if it has one. Errors are the reader's. For a test
// set, num_classes is that of the training set: labels beyond are an error. 0: as many as the
// labels in the file say.
absl::StatusOr<Dataset> LoadDataset(const Data& config, DatasetPart part, int num_classes = 0);

}  // namespace ladder

#endif  // LADDER_LADDER_DATASETS_H_
