#ifndef LADDER_BASE_CHECK_H_
#define LADDER_BASE_CHECK_H_

#include <sstream>

// LADDER_CHECK(condition) << "message": for what only a programmer can get wrong (shapes,
// lifetimes, order of calls). Always on; prints file, line, condition and message to stderr and
// aborts. What a user can type or store gets an absl::Status instead.
#define LADDER_CHECK(condition)                        \
  switch (0)                                           \
  default:                                             \
    (condition) ? static_cast<void>(0)                 \
                : ::ladder::internal::CheckVoidify() & \
                      ::ladder::internal::CheckFailure(__FILE__, __LINE__, #condition).stream()

namespace ladder::internal {

// Collects the message of a failed check and aborts at the end of the statement.
class CheckFailure {
 public:
  CheckFailure(const char* file, int line, const char* condition);
  CheckFailure(const CheckFailure&) = delete;
  CheckFailure& operator=(const CheckFailure&) = delete;
  [[noreturn]] ~CheckFailure();
  std::ostream& stream() { return stream_; }

 private:
  std::ostringstream stream_;
};

// Gives both branches of the conditional the type void; & binds weaker than <<.
struct CheckVoidify {
  void operator&(const std::ostream&) const {}
};

}  // namespace ladder::internal

#endif  // LADDER_BASE_CHECK_H_
