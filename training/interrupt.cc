#include "training/interrupt.h"

#include <atomic>

#include "base/check.h"

namespace ladder {
namespace {

// What a signal handler can reach is global; this is the only such variable.
enum State { kNobodyListens, kListening, kRequested };
std::atomic<int> state = kNobodyListens;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler must not wait for a lock");

void Handle(int number) {
  int expected = kListening;
  if (state.compare_exchange_strong(expected, kRequested)) return;
  // The signal is blocked while its handler runs, so it strikes when this returns.
  signal(number, SIG_DFL);
  raise(number);
}

struct sigaction Listen(int number) {
  struct sigaction action = {}, old;
  action.sa_handler = Handle;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  LADDER_CHECK(sigaction(number, nullptr, &old) == 0) << "signal " << number;
  const bool is_ignored = (old.sa_flags & SA_SIGINFO) == 0 && old.sa_handler == SIG_IGN;
  if (!is_ignored) sigaction(number, &action, nullptr);
  return old;
}

}  // namespace

InterruptHandler::InterruptHandler() {
  LADDER_CHECK(state.exchange(kListening) == kNobodyListens) << "another InterruptHandler lives";
  old_interrupt_ = Listen(SIGINT);
  old_terminate_ = Listen(SIGTERM);
}

InterruptHandler::~InterruptHandler() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
  state = kNobodyListens;
}

bool InterruptHandler::requested() const { return state == kRequested; }

}  // namespace ladder
