#ifndef LADDER_TENSOR_ARENA_H_
#define LADDER_TENSOR_ARENA_H_

#include <cstddef>
#include <vector>

#include "base/aligned_memory.h"

namespace ladder {

struct ArenaOptions {
  // Fresh and forgotten memory is filled with a byte pattern that reads as NaN in float and double,
  // so that a test sees what reads memory before it is written.
  bool poison = false;
  // Memory is reserved, and taken only where it is written: ReserveAligned.
  bool reserve_only = false;
};

// A bump allocator that converges.
//
// Theory of operation: Allocate moves a mark through a block; when the block is full, it takes a
// new one. Reset forgets all allocations at once; if they needed more than one block, it replaces
// the blocks by one that holds them all. So a loop that allocates the same again and again between
// resets takes memory from the system in its first two rounds and never after. Memory is returned
// as it was left, not cleared; no destructor is run.
class Arena {
 public:
  explicit Arena(const ArenaOptions& options = {}) : options_(options) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // `bytes` bytes (0 is allowed) on kAlignment, valid until Reset.
  void* Allocate(size_t bytes);
  void Reset();

  bool poison() const { return options_.poison; }
  // Bytes allocated since the last Reset and not forgotten since, padding included.
  size_t used() const { return used_; }
  // Bytes taken from the system.
  size_t capacity() const;
  // How often memory was taken from the system so far.
  int num_system_allocations() const { return num_system_allocations_; }

 private:
  friend class ArenaScope;
  struct Block {
    AlignedMemory data;
    size_t size;
  };
  void AddBlock(size_t bytes);
  // Forgets what was allocated in the last block from `mark` on.
  void Forget(size_t mark);

  const ArenaOptions options_;
  std::vector<Block> blocks_;  // the last one is being filled
  size_t mark_ = 0;            // in the last block
  size_t used_ = 0;
  size_t peak_ = 0;  // the most that was used at a time, as of the ends of scopes
  int num_system_allocations_ = 0;
};

// Forgets at its end what was allocated since its beginning: for what is needed for a moment, and
// so that the next to need it finds it in the cache.
class ArenaScope {
 public:
  explicit ArenaScope(Arena* arena);
  ~ArenaScope();
  ArenaScope(const ArenaScope&) = delete;
  ArenaScope& operator=(const ArenaScope&) = delete;

 private:
  Arena* const arena_;
  const size_t num_blocks_, mark_, used_;
};

}  // namespace ladder

#endif  // LADDER_TENSOR_ARENA_H_
