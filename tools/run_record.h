#ifndef LADDER_TOOLS_RUN_RECORD_H_
#define LADDER_TOOLS_RUN_RECORD_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "ladder/experiment.pb.h"

namespace ladder {

// What the directory of a run (training/run_directory.h) tells of it.
struct RunRecord {
  std::string path;
  std::string config;     // its name; where an older run does not tell it, the directory's
  Experiment experiment;  // resolved

  enum State { kFinished, kFailed, kUnfinished };
  State state = kUnfinished;
  // Why there is no result, unless finished: "diverged: step 2: ..." or "epoch 3 of 150".
  std::string problem;
  // In percent, of numbers as it is (ladder/evaluation.h); of a finished run, and empty if it has
  // no test set, or no validation rows.
  absl::optional<double> test_error;
  absl::optional<double> validation_error;
  // Of the last epoch that is recorded, if it was measured; finished or not.
  absl::optional<double> last_validation_error;
  int epoch = 0;  // epochs done, as far as they are recorded

  double seconds = 0;  // of training, so far
  // Of the machine it was started on; empty and 0 where an older run does not tell them.
  std::string processor;
  int threads = 0;
};

absl::StatusOr<RunRecord> ReadRun(const std::string& path);

// The directories of runs at or below `path`, sorted. An error if there is none.
absl::StatusOr<std::vector<std::string>> FindRuns(const std::string& path);

}  // namespace ladder

#endif  // LADDER_TOOLS_RUN_RECORD_H_
