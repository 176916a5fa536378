#ifndef LADDER_LADDER_TRAINING_LOOP_H_
#define LADDER_LADDER_TRAINING_LOOP_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ladder/evaluation.h"
#include "ladder/experiment.pb.h"
#include "ladder/trainer.h"
#include "training/metrics.h"
#include "training/progress.h"
#include "training/run_directory.h"

namespace ladder {

// The loop over steps and epochs of a run, with its records: metrics, progress, checkpoints.
class TrainingLoop {
 public:
  // `experiment` is resolved; `state` is where the run stands: empty at the start, else as it was
  // saved. The other arguments outlive the loop.
  TrainingLoop(const Experiment& experiment, const RunDirectory& directory, Trainer* trainer,
               MetricsLog* metrics, Progress* progress, const RunState& state);

  enum class End {
    kAllEpochs,
    kEarlyStopping,  // the validation error did not improve any more
    kTimeLimit,      // deployment.max_seconds: saved, and not finished
  };
  // Trains to the end. Errors: IsDiverged, IsInterrupted (training/outcome.h) once the run is
  // saved, others for files.
  absl::StatusOr<End> Train();

 private:
  void StartEpoch();
  void Add(const StepCosts& costs);
  absl::Status Save(const std::string& checkpoints, int keep);
  // Records the means of the epoch that is done, and what its parameters do on the validation rows.
  absl::Status EndEpoch();
  // Takes down a validation, and saves the model if it is the best so far.
  absl::Status CompareWithBest(int epoch, const Evaluation& validation);
  // Whether the validation error has not improved for long enough.
  bool IsPatienceOver() const;
  int epoch() const { return static_cast<int>(trainer_.step() / trainer_.steps_per_epoch()); }

  const Training training_;
  const Deployment deployment_;
  const RunDirectory& directory_;
  Trainer& trainer_;
  MetricsLog& metrics_;
  Progress& progress_;
  RunState state_;                            // with the sums of the current epoch
  std::vector<std::string> denoising_names_;  // of the metrics; [L + 1]
  double last_line_ = 0;                      // when the last line of an epoch was printed
};

}  // namespace ladder

#endif  // LADDER_LADDER_TRAINING_LOOP_H_
