#ifndef LADDER_TRAINING_INTERRUPT_H_
#define LADDER_TRAINING_INTERRUPT_H_

#include <signal.h>

#include <array>

namespace ladder {

// While it lives, SIGINT (Ctrl-C), SIGTERM and SIGHUP (the terminal is gone) only ask for an end,
// so that a loop which polls requested() can save its work. Another ends the process at once, as if
// nobody listened, if the loop has seen the first and half a second has passed since: `timeout`
// and a terminal's Ctrl-C send several that mean one. A signal that was ignored before (nohup, a
// job in the background) stays ignored. At most one lives at a time.
class InterruptHandler {
 public:
  InterruptHandler();
  ~InterruptHandler();  // puts the handlers back that were there before
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

  // Whether a signal came. The loop has seen it then.
  bool requested() const;

 private:
  static constexpr std::array<int, 3> kSignals = {SIGINT, SIGTERM, SIGHUP};

  std::array<struct sigaction, kSignals.size()> old_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_INTERRUPT_H_
