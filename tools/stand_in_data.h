#ifndef LADDER_TOOLS_STAND_IN_DATA_H_
#define LADDER_TOOLS_STAND_IN_DATA_H_

#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"

namespace ladder {

struct TrainingData {
  Dataset dataset;
  bool is_made_up;
};

// The training set of a resolved config without its preprocessing, for what depends on its shape
// more than on its values. Where the files of MNIST, Fashion-MNIST or CIFAR-10 are not on this
// machine: as many random images of the same shape.
absl::StatusOr<TrainingData> LoadOrMakeUpTrainingData(const Data& config);

}  // namespace ladder

#endif  // LADDER_TOOLS_STAND_IN_DATA_H_
