#ifndef LADDER_TESTS_BASE_ALLOCATION_COUNTER_H_
#define LADDER_TESTS_BASE_ALLOCATION_COUNTER_H_

#include <cstdint>

namespace ladder {

// How often operator new was called in this program so far, on any thread.
int64_t NumAllocations();

}  // namespace ladder

#endif  // LADDER_TESTS_BASE_ALLOCATION_COUNTER_H_
