#ifndef LADDER_LADDER_RUN_H_
#define LADDER_LADDER_RUN_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "base/text_proto.h"
#include "ladder/evaluation.h"
#include "ladder/experiment.pb.h"
#include "training/run_directory.h"

namespace ladder {

struct RunOptions {
  std::string output_dir;  // must not exist, or be empty, unless `resume`
  std::string name = "";   // the config's; recorded
  std::string command;     // recorded
  // Continues from the newest checkpoint of output_dir, as if the run had never stopped.
  bool resume = false;
};

// What became of a run.
struct RunResult {
  bool is_finished = false;  // else the time was up, and it is saved
  // Of the checkpoint that training.keep_best asks for, the newest or the best.
  absl::optional<Evaluation> test;        // if the data has a test set and the run is finished
  absl::optional<Evaluation> validation;  // likewise, if rows are set aside for validation
};

// An error unless the data can be read and suits a resolved experiment. RunExperiment asks this
// too; to know before anything is made of a run.
absl::Status CheckData(const Experiment& experiment, const FieldLocations& locations);

// An error unless the run in `directory` has the same config as a resolved experiment, in all that
// decides its result; but it may have had fewer epochs.
absl::Status CheckSameConfig(const RunDirectory& directory, const Experiment& experiment);

// Trains as a resolved experiment says, records the run in a directory (training/run_directory.h),
// and evaluates it on the validation rows and the test set, at the very end.
//
// Errors: kInvalidArgument for what the config asks of the data; IsDiverged (training/outcome.h) if
// the training diverges; IsInterrupted if it was interrupted, and saved; others for files.
absl::StatusOr<RunResult> RunExperiment(const Experiment& experiment,
                                        const FieldLocations& locations, const RunOptions& options);

}  // namespace ladder

#endif  // LADDER_LADDER_RUN_H_
