#ifndef LADDER_TRAINING_INTERRUPT_H_
#define LADDER_TRAINING_INTERRUPT_H_

#include <signal.h>

namespace ladder {

// While it lives, the first SIGINT (Ctrl-C) or SIGTERM only asks for an end, so that a loop which
// polls requested() can save its work; the second ends the process at once, as if nobody listened.
// A signal that was ignored before (nohup, a job in the background) stays ignored. At most one
// lives at a time.
class InterruptHandler {
 public:
  InterruptHandler();
  ~InterruptHandler();  // puts the handlers back that were there before
  InterruptHandler(const InterruptHandler&) = delete;
  InterruptHandler& operator=(const InterruptHandler&) = delete;

  // Whether a signal came.
  bool requested() const;

 private:
  struct sigaction old_interrupt_, old_terminate_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_INTERRUPT_H_
