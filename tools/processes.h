#ifndef LADDER_TOOLS_PROCESSES_H_
#define LADDER_TOOLS_PROCESSES_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace ladder {

// Something to do in a process of its own.
struct Job {
  std::function<int()> run;  // returns the exit code; called in the child
  std::string log;           // the file that what it prints is added to
};

// Runs the jobs in child processes, at most `num_jobs` (at least 1) at a time, and calls
// `waiting(jobs that run)` about every second and `ended(job, exit code)` as each ends, in this
// process; 128 + N is the exit code of one that signal
// N ended. To be called while this process has no thread of its own but the caller's.
//
// SIGINT (Ctrl-C), SIGTERM and SIGHUP are passed on, each to every child once, and no further job
// is started: kCancelled, when all have ended. Children end as at a SIGTERM if this process dies.
// Other errors: a process cannot be started; those that run are waited for.
absl::Status RunJobs(
    const std::vector<Job>& jobs, int num_jobs,
    absl::FunctionRef<void(size_t job, int exit_code)> ended,
    absl::FunctionRef<void(const std::vector<size_t>& running)> waiting =
        [](const std::vector<size_t>&) {});

}  // namespace ladder

#endif  // LADDER_TOOLS_PROCESSES_H_
