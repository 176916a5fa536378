#ifndef LADDER_TRAINING_METRICS_H_
#define LADDER_TRAINING_METRICS_H_

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace ladder {

// A number and what it is called, such as {"cost/supervised", 0.25}. The name is a view.
struct Metric {
  absl::string_view name;
  double value;
};

// The record of a run, metrics.jsonl: a JSON object a line, each with a "step".
//
//   {"step":600,"epoch":1,"cost":0.534,"validation_error":null}
//
// A value that is not finite, which JSON has not, is null.
class MetricsLog {
 public:
  // Opens the file for a run that goes on from `step` (0: from the start), and makes it if it does
  // not exist. Lines of later steps are dropped, and a last line that a crash cut short; the file
  // is replaced atomically.
  static absl::StatusOr<MetricsLog> Open(const std::string& path, int64_t step);

  // Adds a line, which is in the file when this returns.
  absl::Status Append(int64_t step, absl::Span<const Metric> metrics);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  MetricsLog(const std::string& path, std::FILE* file) : path_(path), file_(file) {}

  std::string path_;
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_METRICS_H_
