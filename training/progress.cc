#include "training/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"

namespace ladder {
namespace {

constexpr double kBarInterval = 0.1;  // seconds
constexpr double kLineInterval = 30;
constexpr int kBarCells = 20;
// Back to the first column, and clear to the end of the line.
constexpr char kClearLine[] = "\r\x1b[K";

double SteadySeconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

ProgressOptions WithClock(ProgressOptions options) {
  if (!options.now) options.now = SteadySeconds;
  return options;
}

}  // namespace

ProgressOptions StderrProgressOptions() {
  ProgressOptions options;
  const char* const terminal = std::getenv("TERM");
  options.is_terminal =
      isatty(STDERR_FILENO) != 0 && terminal != nullptr && absl::string_view(terminal) != "dumb";
  winsize size;
  if (options.is_terminal && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    options.width = size.ws_col;
  }
  return options;
}

std::string FormatSeconds(double seconds) {
  constexpr int64_t kDay = 86400;
  const int64_t all = std::llround(std::clamp(seconds, 0.0, 1e15));
  const int64_t days = all / kDay, hours = all / 3600 % 24, minutes = all / 60 % 60,
                rest = all % 60;
  if (days > 0) return absl::StrFormat("%dd %02d:%02d:%02d", days, hours, minutes, rest);
  if (hours > 0) return absl::StrFormat("%d:%02d:%02d", hours, minutes, rest);
  return absl::StrFormat("%d:%02d", minutes, rest);
}

Progress::Progress(std::ostream* out, const ProgressOptions& options)
    : out_(out),
      options_(WithClock(options)),
      start_(options_.now()),
      next_draw_(options.is_terminal ? start_ : start_ + kLineInterval) {
  LADDER_CHECK(options.num_steps > 0 && options.width > 0)
      << "got num_steps = " << options.num_steps << ", width = " << options.width;
}

Progress::~Progress() { ClearBar(); }

void Progress::Update(int64_t step, absl::Span<const Metric> metrics) {
  const double now = options_.now();
  if (now < next_draw_) return;
  next_draw_ = now + (options_.is_terminal ? kBarInterval : kLineInterval);
  const std::string status = Status(step, now - start_, metrics);
  if (!options_.is_terminal) {
    *out_ << status << std::endl;
    return;
  }
  const double done = std::clamp(1.0 * step / options_.num_steps, 0.0, 1.0);
  const int num_cells = static_cast<int>(kBarCells * done);
  bar_ = absl::StrFormat("[%s%s] %3.0f%% %s", std::string(num_cells, '#'),
                         std::string(kBarCells - num_cells, '.'), 100 * done, status);
  // A full line would wrap at the last column, and the next one would not overwrite it.
  if (static_cast<int>(bar_.size()) >= options_.width) bar_.resize(options_.width - 1);
  *out_ << kClearLine << bar_ << std::flush;
}

std::string Progress::Status(int64_t step, double seconds, absl::Span<const Metric> metrics) const {
  std::string status = absl::StrCat("step ", step, "/", options_.num_steps);
  const double rate = seconds > 0 ? (step - options_.first_step) / seconds : 0;
  if (rate > 0) {
    absl::StrAppendFormat(&status, ", %.3g steps/s, %s left", rate,
                          FormatSeconds((options_.num_steps - step) / rate));
  }
  for (const Metric& metric : metrics) {
    absl::StrAppendFormat(&status, ", %s %.4g", metric.name, metric.value);
  }
  return status;
}

void Progress::Show(absl::string_view status) {
  const double now = options_.now();
  if (now < next_draw_) return;
  next_draw_ = now + (options_.is_terminal ? kBarInterval : kLineInterval);
  if (!options_.is_terminal) {
    *out_ << status << std::endl;
    return;
  }
  bar_ = std::string(status.substr(0, static_cast<size_t>(options_.width - 1)));
  *out_ << kClearLine << bar_ << std::flush;
}

void Progress::Print(absl::string_view line) {
  const std::string bar = bar_;
  ClearBar();
  *out_ << line << "\n" << bar << std::flush;
  bar_ = bar;
}

void Progress::ClearBar() {
  if (!bar_.empty()) *out_ << kClearLine << std::flush;
  bar_.clear();
}

}  // namespace ladder
