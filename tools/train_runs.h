#ifndef LADDER_TOOLS_TRAIN_RUNS_H_
#define LADDER_TOOLS_TRAIN_RUNS_H_

#include <string>
#include <vector>

#include "ladder/run.h"
#include "tools/command_line.h"

namespace ladder {

// Trains one run, prints its result, or its error, and returns the exit code (Finish).
// `resume_command`, which goes on with the run, is shown if it is interrupted.
int TrainRun(const LoadedExperiment& loaded, const RunOptions& options,
             absl::string_view resume_command);

struct SeedsOptions {
  std::string output_dir;      // the runs' are seed_1, fold_0, seed_1_fold_0, ... in it
  std::string command;         // recorded with each run
  std::string resume_command;  // shown if they are interrupted
  bool resume = false;         // goes on with what is there, and starts what is not
  int num_jobs = 1;            // runs at a time
  bool has_seeds = true;       // else there are folds alone
};

// Trains runs that differ in their seeds or folds, each as TrainRun in a process of its own, with
// all cores divided among them where the config does not say how many threads; what a run prints is
// in seed_1.log, ... beside it. Prints all results and their statistics. The exit code is that of
// the first run that has no result.
int TrainSeeds(const std::vector<LoadedExperiment>& seeds, const SeedsOptions& options);

}  // namespace ladder

#endif  // LADDER_TOOLS_TRAIN_RUNS_H_
