#ifndef LADDER_TRAINING_RUN_LOCK_H_
#define LADDER_TRAINING_RUN_LOCK_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace ladder {

// While it lives, no other process, and no other RunLock, has the lock of this file, which names
// the process. However the process ends, the lock ends with it; the file stays.
class RunLock {
 public:
  // Makes the file if need be. kFailedPrecondition, which names the process, if another has it.
  static absl::StatusOr<std::unique_ptr<RunLock>> Take(const std::string& path);

  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  explicit RunLock(int descriptor) : descriptor_(descriptor) {}

  const int descriptor_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_RUN_LOCK_H_
