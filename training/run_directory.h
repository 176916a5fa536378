#ifndef LADDER_TRAINING_RUN_DIRECTORY_H_
#define LADDER_TRAINING_RUN_DIRECTORY_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "base/file.h"

namespace ladder {

// The folder of one run of training and what lies where in it.
class RunDirectory {
 public:
  // Makes the folder for a new run. An error if there is anything in it already, or if it cannot be
  // written to.
  static absl::StatusOr<RunDirectory> Create(const std::string& path);
  // The folder of a run that was made before: to resume, evaluate or use it. An error if it holds
  // none.
  static absl::StatusOr<RunDirectory> Open(const std::string& path);

  // Whether the folder is that of a run.
  static bool IsRun(const std::string& path);

  const std::string& path() const { return path_; }
  // The whole configuration, defaults and overrides included.
  std::string config() const { return JoinPath(path_, "config.pbtxt"); }
  // The command line that started the run.
  std::string command() const { return JoinPath(path_, "command.txt"); }
  // A JSON object: what the run is called, and the machine that it was started on.
  std::string info() const { return JoinPath(path_, "run.json"); }
  // Which training examples were used with their labels.
  std::string labeled_indices() const { return JoinPath(path_, "labeled_indices.txt"); }
  // Mean and matrix of the whitening; there only if the config has one.
  std::string whitening() const { return JoinPath(path_, "whitening.safetensors"); }
  // A MetricsLog.
  std::string metrics() const { return JoinPath(path_, "metrics.jsonl"); }
  // Where SaveCheckpoint saves.
  std::string checkpoints() const { return JoinPath(path_, "checkpoints"); }
  // Why the training broke down, a line; there only if it did.
  std::string failure() const { return JoinPath(path_, "failure.txt"); }
  // The results on the test set; its presence says that the run is finished.
  std::string evaluation() const { return JoinPath(path_, "evaluation.json"); }

 private:
  explicit RunDirectory(std::string path) : path_(std::move(path)) {}

  std::string path_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_RUN_DIRECTORY_H_
