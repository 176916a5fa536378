#include "tools/processes.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <iostream>
#include <map>

namespace ladder {
namespace {

bool IsIgnored(int number) {
  struct sigaction action = {};
  sigaction(number, nullptr, &action);
  return (action.sa_flags & SA_SIGINFO) == 0 && action.sa_handler == SIG_IGN;
}

// In the child: never returns.
[[noreturn]] void Run(const Job& job, pid_t parent, const sigset_t& mask) {
  // In a group of its own it does not get the terminal's Ctrl-C besides what the parent passes on:
  // a second signal would end it before it has saved.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(128 + SIGTERM);  // died before it could be asked for
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  const int nothing = open("/dev/null", O_RDONLY);
  const int log = open(job.log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  if (nothing < 0 || log < 0) {
    std::perror(job.log.c_str());
    _exit(3);
  }
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  const int code = job.run();
  std::cerr.flush();
  std::fflush(nullptr);
  // Not exit(): what the parent wants done at its end is not the child's to do.
  _exit(code);
}

int ExitCode(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

}  // namespace

absl::Status RunJobs(const std::vector<Job>& jobs, int num_jobs,
                     absl::FunctionRef<void(size_t job, int exit_code)> ended,
                     absl::FunctionRef<void(const std::vector<size_t>& running)> waiting) {
  // Signals are blocked and waited for: no handler, and none gets lost.
  sigset_t awaited, mask;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    if (!IsIgnored(number)) sigaddset(&awaited, number);
  }
  sigprocmask(SIG_BLOCK, &awaited, &mask);

  absl::Status status;
  std::map<pid_t, size_t> running;
  size_t next = 0;
  while (true) {
    while (status.ok() && next < jobs.size() && running.size() < static_cast<size_t>(num_jobs)) {
      std::fflush(nullptr);  // or the child would print it too
      const pid_t parent = getpid();
      const pid_t child = fork();
      if (child == 0) Run(jobs[next], parent, mask);
      if (child < 0) {
        status = absl::ErrnoToStatus(errno, "cannot start a process");
      } else {
        running[child] = next++;
      }
    }
    if (running.empty()) break;
    constexpr timespec kTick = {.tv_sec = 1, .tv_nsec = 0};
    const int number = sigtimedwait(&awaited, nullptr, &kTick);
    if (number < 0) {  // nothing came
      std::vector<size_t> jobs_now;
      for (const auto& [child, job] : running) jobs_now.push_back(job);
      waiting(jobs_now);
      continue;
    }
    if (number != SIGCHLD) {
      status = absl::CancelledError("interrupted");
      for (const auto& [child, job] : running) kill(child, SIGTERM);
      continue;
    }
    for (auto it = running.begin(); it != running.end();) {
      int wait_status = 0;
      if (waitpid(it->first, &wait_status, WNOHANG) == it->first) {
        ended(it->second, ExitCode(wait_status));
        it = running.erase(it);
      } else {
        ++it;
      }
    }
  }
  sigprocmask(SIG_SETMASK, &mask, nullptr);
  return status;
}

}  // namespace ladder
