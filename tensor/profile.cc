#include "tensor/profile.h"

#include <chrono>

namespace ladder {

void Profile::AddForward(const char* op, double seconds) {
  OpTime& time = op_times_[op];
  ++time.calls;
  time.forward_seconds += seconds;
}

void Profile::AddBackward(const char* op, double seconds) {
  op_times_[op].backward_seconds += seconds;
}

void Profile::Clear() {
  op_times_.clear();
  products_.clear();
}

double Profile::Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace ladder
