#ifndef LADDER_TOOLS_CHECKPOINT_FLAG_H_
#define LADDER_TOOLS_CHECKPOINT_FLAG_H_

#include <string>

namespace ladder {

// The value of --checkpoint, for LoadModel (ladder/saved_model.h).
std::string CheckpointFlag();

}  // namespace ladder

#endif  // LADDER_TOOLS_CHECKPOINT_FLAG_H_
