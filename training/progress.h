#ifndef LADDER_TRAINING_PROGRESS_H_
#define LADDER_TRAINING_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "training/metrics.h"

namespace ladder {

struct ProgressOptions {
  int64_t num_steps = 1;   // of the whole run
  int64_t first_step = 0;  // that are done already, in a resumed run
  // A terminal shows a bar in its last line, drawn anew ten times a second. Anything else gets a
  // plain line every half minute and no control characters.
  bool is_terminal = false;
  int width = 80;  // of the terminal, in columns
  // A clock that never goes back, in seconds; null is the system's.
  std::function<double()> now = nullptr;
};

// Options for what stderr is: a terminal of some width, or not.
ProgressOptions StderrProgressOptions();

// Tells a person how far a loop is, how fast, and how long it will take:
//
//   [######..............]  31% step 28200/90000, 12.3 steps/s, 1:23:45 left, cost 0.534
class Progress {
 public:
  // The stream must outlive the progress.
  Progress(std::ostream* out, const ProgressOptions& options);
  ~Progress();  // takes the bar away
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // After each step: `step` is the number of steps done. Cheap: mostly it only looks at the clock.
  void Update(int64_t step, absl::Span<const Metric> metrics);
  // Prints a line that stays, above the bar.
  void Print(absl::string_view line);

  // In the place of Update, for who has words of its own for how far it is: draws them as the bar,
  // or prints them, as seldom as Update does.
  void Show(absl::string_view status);
  // Takes the bar away, until the next Update or Show.
  void Clear() { ClearBar(); }

 private:
  std::string Status(int64_t step, double seconds, absl::Span<const Metric> metrics) const;
  void ClearBar();

  std::ostream* const out_;
  const ProgressOptions options_;
  const double start_;  // as times are told by options_.now
  double next_draw_;
  std::string bar_;  // what stands in the last line of the terminal
};

// "0:07", "12:03", "1:23:45", "2d 03:04:05".
std::string FormatSeconds(double seconds);

}  // namespace ladder

#endif  // LADDER_TRAINING_PROGRESS_H_
