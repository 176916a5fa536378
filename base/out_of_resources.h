#ifndef LADDER_BASE_OUT_OF_RESOURCES_H_
#define LADDER_BASE_OUT_OF_RESOURCES_H_

#include "absl/strings/string_view.h"

// What a machine has too little of: neither the user nor the programmer can mend that while the
// program runs, and what is below would have to pass it on everywhere.

namespace ladder {

// Prints a line to stderr and ends the process with exit code 3. Allocates nothing.
[[noreturn]] void EndOutOfResources(absl::string_view message);

// Has whatever would end the process with an exception, memory that is not to be had before all,
// end so. For a program's beginning.
void EndWhenOutOfResources();

}  // namespace ladder

#endif  // LADDER_BASE_OUT_OF_RESOURCES_H_
