#include "base/out_of_resources.h"

#include <sys/uio.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <new>

namespace ladder {
namespace {

void EndOutOfMemory() { EndOutOfResources("out of memory"); }

[[noreturn]] void EndWithException() {
  if (const std::exception_ptr exception = std::current_exception()) {
    try {
      std::rethrow_exception(exception);
    } catch (const std::bad_alloc&) {
      EndOutOfMemory();
    } catch (const std::exception& error) {
      EndOutOfResources(error.what());
    } catch (...) {
    }
  }
  std::abort();
}

}  // namespace

void EndOutOfResources(absl::string_view message) {
  char line_end[] = "\n";
  const iovec parts[] = {{const_cast<char*>(message.data()), message.size()}, {line_end, 1}};
  // Nothing can be done if this fails, too.
  [[maybe_unused]] const ssize_t written = writev(STDERR_FILENO, parts, 2);
  _exit(3);
}

void EndWhenOutOfResources() {
  std::set_new_handler(EndOutOfMemory);
  std::set_terminate(EndWithException);
}

}  // namespace ladder
