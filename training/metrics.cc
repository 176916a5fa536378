#include "training/metrics.h"

#include <cerrno>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "nlohmann/json.hpp"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

// Integers, such as the number of an epoch, without a point.
Json ToJson(double value) {
  constexpr double kExact = 1LL << 53;
  if (value == std::trunc(value) && std::abs(value) <= kExact) return static_cast<int64_t>(value);
  return value;  // written as null if it is not finite
}

// The lines of steps up to `step`.
absl::StatusOr<std::string> LinesUpTo(absl::string_view path, absl::string_view contents,
                                      int64_t step) {
  std::string kept;
  for (int number = 1; !contents.empty(); ++number) {
    const size_t end = contents.find('\n');
    if (end == absl::string_view::npos) break;  // cut short by a crash
    const absl::string_view line = contents.substr(0, end);
    contents.remove_prefix(end + 1);
    const Json json = Json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
    const Json line_step = json.is_object() ? json.value("step", Json()) : Json();
    if (!line_step.is_number_integer()) {
      return absl::DataLossError(
          absl::StrCat(path, ":", number,
                       ": is no JSON object with an integer \"step\"; mend or delete the line"));
    }
    if (line_step.get<int64_t>() <= step) absl::StrAppend(&kept, line, "\n");
  }
  return kept;
}

}  // namespace

absl::StatusOr<MetricsLog> MetricsLog::Open(const std::string& path, int64_t step) {
  const absl::StatusOr<std::string> contents = ReadFile(path);
  if (contents.ok()) {
    LADDER_ASSIGN_OR_RETURN(const std::string kept, LinesUpTo(path, *contents, step));
    if (kept != *contents) LADDER_RETURN_IF_ERROR(WriteFileAtomically(path, kept));
  } else if (!absl::IsNotFound(contents.status())) {
    return contents.status();
  }
  std::FILE* const file = std::fopen(path.c_str(), "ae");
  if (file == nullptr) return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path));
  return MetricsLog(path, file);
}

absl::Status MetricsLog::Append(int64_t step, absl::Span<const Metric> metrics) {
  Json json = {{"step", step}};
  for (const Metric& metric : metrics) json[std::string(metric.name)] = ToJson(metric.value);
  const std::string line =
      absl::StrCat(json.dump(-1, ' ', false, Json::error_handler_t::replace), "\n");
  if (std::fwrite(line.data(), 1, line.size(), file_.get()) != line.size() ||
      std::fflush(file_.get()) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", path_));
  }
  return absl::OkStatus();
}

}  // namespace ladder
