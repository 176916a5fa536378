#include "training/interrupt.h"

#include <time.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "base/check.h"

namespace ladder {
namespace {

// Signals within so many nanoseconds are one request.
constexpr int64_t kOneRequest = 500'000'000;

// What a signal handler can reach is global; these are the only such variables.
enum State { kNobodyListens, kListening, kRequested, kSeen };
std::atomic<int> state = kNobodyListens;
std::atomic<int64_t> requested_at = 0;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<int64_t>::is_always_lock_free,
              "a signal handler must not wait for a lock");

int64_t Now() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

void Handle(int number) {
  const int old_errno = errno;
  const int64_t now = Now();
  errno = old_errno;
  int expected = kListening;
  if (state.compare_exchange_strong(expected, kRequested)) {
    requested_at = now;
    return;
  }
  if (expected == kRequested || now - requested_at < kOneRequest) return;
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
  for (size_t i = 0; i < kSignals.size(); ++i) old_[i] = Listen(kSignals[i]);
}

InterruptHandler::~InterruptHandler() {
  for (size_t i = 0; i < kSignals.size(); ++i) sigaction(kSignals[i], &old_[i], nullptr);
  state = kNobodyListens;
}

bool InterruptHandler::requested() const {
  int expected = kRequested;
  return state.compare_exchange_strong(expected, kSeen) || expected == kSeen;
}

}  // namespace ladder
