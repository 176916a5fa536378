#ifndef LADDER_BASE_ALIGNED_MEMORY_H_
#define LADDER_BASE_ALIGNED_MEMORY_H_

#include <cstddef>
#include <memory>

namespace ladder {

// A cache line, which also serves every vector instruction.
inline constexpr size_t kAlignment = 64;

struct FreeAligned {
  void operator()(void* memory) const;
  size_t reserved = 0;  // bytes, if it is of ReserveAligned
};
using AlignedMemory = std::unique_ptr<std::byte, FreeAligned>;

// At least `bytes` bytes, not initialized; dies if there are none. Two megabytes and more are whole
// huge pages where the system has them: one page fault instead of 512, and address translation
// keeps up with arrays that are read once a step.
AlignedMemory AllocateAligned(size_t bytes);

// At least `bytes` bytes of addresses, which read as zeros and take memory only where they are
// written: for a dry run (tensor/context.h), which may be of a model that no memory would hold.
AlignedMemory ReserveAligned(size_t bytes);

}  // namespace ladder

#endif  // LADDER_BASE_ALIGNED_MEMORY_H_
