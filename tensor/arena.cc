#include "tensor/arena.h"

#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace ladder {
namespace {

constexpr size_t kMinBlock = size_t{1} << 20;
constexpr int kPoison = 0xFF;

size_t RoundUp(size_t bytes, size_t unit) { return (bytes + unit - 1) / unit * unit; }

}  // namespace

void Arena::AddBlock(size_t bytes) {
  const size_t size = std::max(bytes, kMinBlock);
  AlignedMemory data = options_.reserve_only ? ReserveAligned(size) : AllocateAligned(size);
  if (poison()) std::memset(data.get(), kPoison, size);
  // Under AddressSanitizer, whatever is not allocated may not be touched, padding included; without
  // it these macros do nothing.
  ASAN_POISON_MEMORY_REGION(data.get(), size);
  blocks_.push_back({std::move(data), size});
  mark_ = 0;
  ++num_system_allocations_;
}

void* Arena::Allocate(size_t bytes) {
  const size_t size = RoundUp(bytes, kAlignment);
  if (blocks_.empty() || blocks_.back().size - mark_ < size) {
    // Doubling keeps the number of blocks in a growing step logarithmic.
    AddBlock(std::max(size, blocks_.empty() ? 0 : 2 * blocks_.back().size));
  }
  void* result = blocks_.back().data.get() + mark_;
  ASAN_UNPOISON_MEMORY_REGION(result, bytes);
  mark_ += size;
  used_ += size;
  return result;
}

void Arena::Forget(size_t mark) {
  std::byte* data = blocks_.back().data.get() + mark;
  const size_t size = mark_ - mark;
  ASAN_UNPOISON_MEMORY_REGION(data, size);
  if (poison()) std::memset(data, kPoison, size);
  ASAN_POISON_MEMORY_REGION(data, size);
  mark_ = mark;
}

void Arena::Reset() {
  if (blocks_.size() > 1) {
    const size_t size = std::max(used_, peak_);
    blocks_.clear();
    AddBlock(size);
  } else if (!blocks_.empty()) {
    Forget(0);
  }
  used_ = 0;
  peak_ = 0;
}

size_t Arena::capacity() const {
  size_t capacity = 0;
  for (const Block& block : blocks_) capacity += block.size;
  return capacity;
}

ArenaScope::ArenaScope(Arena* arena)
    : arena_(arena), num_blocks_(arena->blocks_.size()), mark_(arena->mark_), used_(arena->used_) {}

ArenaScope::~ArenaScope() {
  arena_->peak_ = std::max(arena_->peak_, arena_->used_);
  arena_->used_ = used_;
  // A block that was added meanwhile is free from its beginning.
  if (!arena_->blocks_.empty()) arena_->Forget(arena_->blocks_.size() == num_blocks_ ? mark_ : 0);
}

}  // namespace ladder
