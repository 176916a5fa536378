#ifndef LADDER_TOOLS_STAND_IN_DATA_H_
#define LADDER_TOOLS_STAND_IN_DATA_H_

#include "absl/status/statusor.h"
#include "base/text_proto.h"
#include "ladder/experiment.pb.h"
#include "ladder/experiment_data.h"

namespace ladder {

struct StandInData {
  ExperimentData data;
  bool is_made_up;
};

// The training data of a resolved experiment without its preprocessing, for what depends on its
// shape more than on its values. Where the files of MNIST, Fashion-MNIST or CIFAR-10 are not on
// this machine: as many random images of the same shape.
absl::StatusOr<StandInData> LoadOrMakeUpData(const Experiment& experiment,
                                             const FieldLocations& locations);

// Zeros with the shape, the rows and the outputs that a run tells of: for a dry run, which looks at
// no value.
StandInData MakeUpData(const DataRecord& record);

}  // namespace ladder

#endif  // LADDER_TOOLS_STAND_IN_DATA_H_
