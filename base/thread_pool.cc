#include "base/thread_pool.h"

#include <algorithm>
#include <cstddef>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/out_of_resources.h"

namespace ladder {
namespace {

// How often a thread looks before it sleeps. A training step has hundreds of parallel regions a
// few microseconds apart, and waking a sleeping thread costs more than most of them take.
constexpr int kSpins = 4000;

void Pause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#endif
}

size_t CheckedSize(int num_threads) {
  LADDER_CHECK(num_threads >= 1) << "got num_threads = " << num_threads;
  return static_cast<size_t>(num_threads);
}

}  // namespace

ThreadPool::ThreadPool(int num_threads, bool dry_run)
    : dry_run_(dry_run), shares_(CheckedSize(num_threads)) {
  for (int i = 1; i < num_threads && !dry_run; ++i) {
    try {
      workers_.emplace_back([this, i] { Work(i); });
    } catch (const std::system_error& error) {
      EndOutOfResources(absl::StrCat("cannot start thread ", i + 1, " of ", num_threads, ": ",
                                     error.code().message(), "; --threads asks for fewer"));
    }
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    ++round_;
  }
  wake_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::RunTasks(int me, absl::FunctionRef<void(int64_t, int)> task) {
  const size_t count = shares_.size();
  for (size_t k = 0; k < count; ++k) {
    Share& share = shares_[(static_cast<size_t>(me) + k) % count];
    for (int64_t i = share.next++; i < share.end; i = share.next++) task(i, me);
  }
}

void ThreadPool::Run(int64_t num_tasks, absl::FunctionRef<void(int64_t)> task) {
  Run(num_tasks, [&](int64_t i, int) { task(i); });
}

void ThreadPool::Run(int64_t num_tasks, absl::FunctionRef<void(int64_t, int)> task) {
  if (dry_run_) return;
  if (workers_.empty() || num_tasks <= 1) {
    for (int64_t i = 0; i < num_tasks; ++i) task(i, 0);
    return;
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    job_ = &task;
    const int64_t count = static_cast<int64_t>(shares_.size());
    for (int64_t i = 0; i < count; ++i) {
      shares_[i].next = i * num_tasks / count;
      shares_[i].end = (i + 1) * num_tasks / count;
    }
    num_busy_ = static_cast<int>(workers_.size());
    ++round_;
  }
  wake_.notify_all();
  RunTasks(0, task);
  // The last task is short; yielding after a while leaves the core to its owner on a busy machine.
  for (int spins = 0; num_busy_ > 0; ++spins) {
    if (spins < kSpins) {
      Pause();
    } else {
      std::this_thread::yield();
    }
  }
}

void ThreadPool::Work(int me) {
  uint64_t seen = 0;
  while (true) {
    for (int spins = 0; round_ == seen && spins < kSpins; ++spins) Pause();
    if (round_ == seen) {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [&] { return round_ != seen; });
    }
    seen = round_;
    if (stop_) return;
    RunTasks(me, *job_);
    --num_busy_;
  }
}

void ParallelFor(ThreadPool& pool, int64_t size, int64_t grain,
                 absl::FunctionRef<void(int64_t begin, int64_t end)> body) {
  LADDER_CHECK(grain >= 1) << "got grain = " << grain;
  pool.Run((size + grain - 1) / grain,
           [&](int64_t piece) { body(piece * grain, std::min(size, (piece + 1) * grain)); });
}

}  // namespace ladder
