#include "tools/checkpoint_flag.h"

#include "absl/flags/flag.h"

ABSL_FLAG(std::string, checkpoint, "",
          "last: the newest; best: that of the lowest validation error, if training.keep_best has "
          "one kept; or the number of a step. Unset: best if there is one, else last.");

namespace ladder {

std::string CheckpointFlag() { return absl::GetFlag(FLAGS_checkpoint); }

}  // namespace ladder
