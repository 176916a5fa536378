#include "training/outcome.h"

#include "absl/strings/cord.h"

namespace ladder {
namespace {

constexpr char kDiverged[] = "ladder/diverged";
constexpr char kInterrupted[] = "ladder/interrupted";

absl::Status Marked(absl::Status status, const char* mark) {
  status.SetPayload(mark, absl::Cord());
  return status;
}

}  // namespace

absl::Status DivergedError(absl::string_view message) {
  return Marked(absl::OutOfRangeError(message), kDiverged);
}

bool IsDiverged(const absl::Status& status) { return status.GetPayload(kDiverged).has_value(); }

absl::Status InterruptedError(absl::string_view message) {
  return Marked(absl::CancelledError(message), kInterrupted);
}

bool IsInterrupted(const absl::Status& status) {
  return status.GetPayload(kInterrupted).has_value();
}

}  // namespace ladder
