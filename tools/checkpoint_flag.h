#ifndef LADDER_TOOLS_CHECKPOINT_FLAG_H_
#define LADDER_TOOLS_CHECKPOINT_FLAG_H_

#include <string>

#include "ladder/experiment.pb.h"

namespace ladder {

// The value of --checkpoint for LoadModel (ladder/saved_model.h); unset, the checkpoint that the
// run's own evaluation used.
std::string CheckpointFlag(const Experiment& experiment);

}  // namespace ladder

#endif  // LADDER_TOOLS_CHECKPOINT_FLAG_H_
