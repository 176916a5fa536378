#ifndef LADDER_TENSOR_CONTEXT_H_
#define LADDER_TENSOR_CONTEXT_H_

#include <cstdint>

#include "base/thread_pool.h"
#include "tensor/arena.h"

namespace ladder {

class Profile;
class Tape;

struct ContextOptions {
  int num_threads = 1;         // at least 1; the results do not depend on it
  bool poison_memory = false;  // fills unused memory with NaN; for tests
  // Operations check shapes, take memory and report their work to the profile, but compute no
  // elements, and the memory is only reserved: what a step would take is counted in no time,
  // whatever its size. What is read of the elements has no meaning.
  bool dry_run = false;
};

// What computing needs besides tensors: memory and threads. Make one and reuse it for all steps,
// since its arena and threads are what makes a step cheap. Not thread-safe: one tape at a time.
class Context {
 public:
  explicit Context(const ContextOptions& options = {})
      : arena_({.poison = options.poison_memory, .reserve_only = options.dry_run}),
        pool_(options.num_threads, options.dry_run) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Arena& arena() { return arena_; }
  ThreadPool& pool() { return pool_; }

  // Where operations report their time and work; null, the default, for no measuring.
  Profile* profile() const { return profile_; }
  void set_profile(Profile* profile) { profile_ = profile; }

 private:
  friend class Op;
  friend class Tape;
  friend class Variable;

  Arena arena_;
  ThreadPool pool_;
  Profile* profile_ = nullptr;
  // Counts tapes; a Variable remembers the value at its birth, so that its use after its tape died
  // is a check failure and not a wrong number.
  uint64_t tape_number_ = 0;
  Tape* tape_ = nullptr;  // the one that lives
};

}  // namespace ladder

#endif  // LADDER_TENSOR_CONTEXT_H_
