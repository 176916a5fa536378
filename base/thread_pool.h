#ifndef LADDER_BASE_THREAD_POOL_H_
#define LADDER_BASE_THREAD_POOL_H_

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"

namespace ladder {

// A fixed set of threads that run the tasks of one call at a time. Each thread starts on its share
// of consecutive tasks and then helps the others: calls that cut the same tensors alike find what
// they wrote in the cache of the core that they run on.
//
// Which thread runs a task is not determined; so a result is the same on any number of threads if
// and only if tasks are cut by the size of the work, never by num_threads(), and no two tasks write
// the same place.
class ThreadPool {
 public:
  // num_threads >= 1 counts the calling thread, which works too: ThreadPool(1) starts no thread.
  // With `dry_run` it starts none at all, and Run calls no task.
  explicit ThreadPool(int num_threads, bool dry_run = false);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int num_threads() const { return static_cast<int>(shares_.size()); }

  // Calls task(0), ..., task(num_tasks - 1), each once, and returns when all have returned. To be
  // called from one thread at a time and not from inside a task.
  void Run(int64_t num_tasks, absl::FunctionRef<void(int64_t)> task);
  // The same with the number of the thread, in [0, num_threads()): to tell it which memory is its
  // own while the task runs.
  void Run(int64_t num_tasks, absl::FunctionRef<void(int64_t task, int thread)> task);

 private:
  void Work(int me);
  void RunTasks(int me, absl::FunctionRef<void(int64_t, int)> task);

  const bool dry_run_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<uint64_t> round_{0};  // goes up by one a call of Run; guards job_ and shares_
  const absl::FunctionRef<void(int64_t, int)>* job_ = nullptr;
  // The tasks of each thread, the calling one first, on cache lines of their own.
  struct alignas(64) Share {
    std::atomic<int64_t> next{0};
    int64_t end = 0;
  };
  std::vector<Share> shares_;
  std::atomic<int> num_busy_{0};  // workers that have not finished the current round
  std::atomic<bool> stop_{false};
  std::vector<std::thread> workers_;
};

// Calls body(begin, end) for consecutive pieces of [0, size), each `grain` long but for the last.
// The pieces do not depend on the number of threads.
void ParallelFor(ThreadPool& pool, int64_t size, int64_t grain,
                 absl::FunctionRef<void(int64_t begin, int64_t end)> body);

}  // namespace ladder

#endif  // LADDER_BASE_THREAD_POOL_H_
