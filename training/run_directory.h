#ifndef LADDER_TRAINING_RUN_DIRECTORY_H_
#define LADDER_TRAINING_RUN_DIRECTORY_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/file.h"
#include "training/run_lock.h"

namespace ladder {

// The folder of one run of training and what lies where in it.
class RunDirectory {
 public:
  // Makes the folder for a new run. An error if there is anything in it already, or if it cannot be
  // written to. What a run left that ended before its config was written is none: it is deleted.
  // No other process trains in the folder while the result or a copy of it lives.
  static absl::StatusOr<RunDirectory> Create(const std::string& path);
  // The folder of a run that is to go on; like Create, if the run ended before its config was
  // written (IsRun tells). An error if the folder does not exist.
  static absl::StatusOr<RunDirectory> Resume(const std::string& path);
  // The folder of a run that was made before, to look at it. An error if it holds none.
  static absl::StatusOr<RunDirectory> Open(const std::string& path);

  // Whether the folder is that of a run.
  static bool IsRun(const std::string& path);

  // Whether its training has ended and is evaluated.
  bool IsFinished() const;
  // Makes it one that is not finished.
  absl::Status DeleteResults() const;

  // What a crash left: temporary files, checkpoints that are not complete; and, since the run goes
  // on, why it broke down.
  absl::Status DeleteLeftovers() const;

  const std::string& path() const { return path_; }
  // The whole configuration, defaults and overrides included.
  std::string config() const { return JoinPath(path_, "config.pbtxt"); }
  // The command line that started the run.
  std::string command() const { return JoinPath(path_, "command.txt"); }
  // A JSON object: what the run is called, and the machine that it was started on.
  std::string info() const { return JoinPath(path_, "run.json"); }
  // Which training examples were used with their labels.
  std::string labeled_indices() const { return JoinPath(path_, "labeled_indices.txt"); }
  // Which training examples did what: a line each.
  std::string rows() const { return JoinPath(path_, "rows.csv"); }
  // What is to be known of the data to read others like it; not there in an older run.
  std::string data() const { return JoinPath(path_, "data.pbtxt"); }
  // Mean and deviation of the standardization, knots and scores of its ranks; there only if the
  // config has one.
  std::string standardization() const { return JoinPath(path_, "standardization.safetensors"); }
  // Mean and matrix of the whitening; there only if the config has one.
  std::string whitening() const { return JoinPath(path_, "whitening.safetensors"); }
  // A MetricsLog.
  std::string metrics() const { return JoinPath(path_, "metrics.jsonl"); }
  // Where SaveCheckpoint saves.
  std::string checkpoints() const { return JoinPath(path_, "checkpoints"); }
  // Where SaveCheckpoint saves that of the lowest validation error; there only if it is asked for.
  std::string best_checkpoint() const { return JoinPath(path_, "best_checkpoint"); }
  // Why the training broke down, a line; there only if it did.
  std::string failure() const { return JoinPath(path_, "failure.txt"); }
  // How the training ended, a line: of a finished run. An older one has the evaluation alone.
  std::string finished() const { return JoinPath(path_, "finished.txt"); }
  // The results on the test set, and on the validation rows; there only if the run has such.
  std::string evaluation() const { return JoinPath(path_, "evaluation.json"); }
  std::string validation() const { return JoinPath(path_, "validation.json"); }
  // A RunLock.
  std::string lock() const { return JoinPath(path_, "lock"); }

 private:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}

  absl::Status TakeLock();

  std::string path_;
  std::shared_ptr<const RunLock> lock_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_RUN_DIRECTORY_H_
