#ifndef LADDER_TRAINING_CHECKPOINT_H_
#define LADDER_TRAINING_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "training/optimizer.h"
#include "training/safetensors.h"

// Checkpoints: all that a run needs to go on as if it had never stopped.
//
//   <directory>/step_1200/model.safetensors      the tensors of the model
//                         optimizer.safetensors  the optimizer's states, as "m/<parameter>", and
//                                                "raw/<parameter>" (training/weight_average.h)
//                         state.pbtxt            what the caller must know besides
//                         done                   written last: a line for each of the others, its
//                                                name, its bytes, and their CRC-32 (as in gzip)
//
// A checkpoint is written under another name, step_1200.tmp, and renamed when it is complete and on
// the disk. So a crash at any moment leaves the older ones as they were.

namespace ladder {

struct Checkpoint {
  std::string path;  // <directory>/step_<step>
  int64_t step;
};

// Saves a checkpoint, in place of one of the same step, and creates the directory if need be. Then
// deletes what older checkpoints there are beyond `keep`, this one included; 0 keeps all.
absl::Status SaveCheckpoint(const std::string& directory, int64_t step,
                            absl::Span<const NamedTensor> model, const Optimizer& optimizer,
                            absl::string_view state, int keep);

// The complete checkpoints, oldest first; none if the directory does not exist.
absl::StatusOr<std::vector<Checkpoint>> ListCheckpoints(const std::string& directory);

// Deletes what a crash left of others.
absl::Status DeleteIncompleteCheckpoints(const std::string& directory);

// The complete checkpoint of the latest step; kNotFound if there is none.
absl::StatusOr<Checkpoint> FindNewestCheckpoint(const std::string& directory);

// Reads a checkpoint into tensors and optimizer, which may be null to leave the optimizer's states
// unread, and returns the state. The names and shapes must be those that were saved: an error lists
// the first differences, and nothing has been changed. The files must be as they were written; an
// empty `done`, as older versions wrote it, does not tell.
absl::StatusOr<std::string> LoadCheckpoint(const std::string& path,
                                           absl::Span<const NamedTensor> model,
                                           Optimizer* optimizer);

// The model's tensors of a checkpoint, whatever they are.
absl::StatusOr<Safetensors> ReadModelFile(const std::string& path);

}  // namespace ladder

#endif  // LADDER_TRAINING_CHECKPOINT_H_
