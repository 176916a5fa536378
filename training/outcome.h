#ifndef LADDER_TRAINING_OUTCOME_H_
#define LADDER_TRAINING_OUTCOME_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// How a training ends besides done. Not told by the code alone, which the system's errors have too:
// a file that is too large is kOutOfRange.

namespace ladder {

// A value that is not finite; its code is kOutOfRange.
absl::Status DivergedError(absl::string_view message);
bool IsDiverged(const absl::Status& status);

// A signal came, and the run is saved; its code is kCancelled.
absl::Status InterruptedError(absl::string_view message);
bool IsInterrupted(const absl::Status& status);

}  // namespace ladder

#endif  // LADDER_TRAINING_OUTCOME_H_
