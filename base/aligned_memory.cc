#include "base/aligned_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/out_of_resources.h"

namespace ladder {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

}  // namespace

void FreeAligned::operator()(void* memory) const {
  if (reserved > 0) {
    munmap(memory, reserved);
  } else {
    std::free(memory);
  }
}

AlignedMemory AllocateAligned(size_t bytes) {
  const size_t unit = bytes >= kHugePage ? kHugePage : kAlignment;
  const size_t size = std::max<size_t>(bytes + unit - 1, unit) / unit * unit;
  void* memory = size < bytes ? nullptr : std::aligned_alloc(unit, size);
  if (memory == nullptr) {
    EndOutOfResources(absl::StrCat("out of memory: cannot allocate ", bytes, " bytes"));
  }
  if (unit == kHugePage) madvise(memory, size, MADV_HUGEPAGE);
  return AlignedMemory(static_cast<std::byte*>(memory));
}

AlignedMemory ReserveAligned(size_t bytes) {
  const size_t size = std::max<size_t>(bytes, 1);
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    EndOutOfResources(absl::StrCat("out of memory: cannot reserve ", bytes, " bytes"));
  }
  return AlignedMemory(static_cast<std::byte*>(memory), {.reserved = size});
}

}  // namespace ladder
