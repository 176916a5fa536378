#include "tools/run_record.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/text_proto.h"
#include "ladder/resolve.h"
#include "nlohmann/json.hpp"
#include "training/run_directory.h"

namespace ladder {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// The JSON object in a file; kDataLoss if there is none in it.
absl::StatusOr<Json> ReadJson(const std::string& path) {
  LADDER_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_object()) return json;
  return absl::DataLossError(absl::StrCat(path, ": is no JSON object"));
}

// A number of an object; kDataLoss if it has none of this name.
absl::StatusOr<double> Number(const Json& json, const std::string& key, const std::string& path) {
  const auto found = json.find(key);
  if (found != json.end() && found->is_number()) return found->get<double>();
  return absl::DataLossError(absl::StrCat(path, ": has no number \"", key, "\""));
}

// From an error as files have it to what is shown.
double Factor(const Experiment& experiment) {
  return experiment.model().target() == Model::NUMBERS ? 1 : 100;
}

// The last line of the metrics that is whole: epochs and seconds so far.
absl::Status ReadProgress(const RunDirectory& run, RunRecord* record) {
  std::string text;
  if (Exists(run.metrics())) {
    LADDER_ASSIGN_OR_RETURN(text, ReadFile(run.metrics()));
  }
  text.resize(text.find_last_of('\n') + 1);  // none: npos + 1 is 0
  double epoch = 0;
  if (!text.empty()) {
    text.pop_back();
    const Json last = Json::parse(text.substr(text.find_last_of('\n') + 1), nullptr, false);
    LADDER_ASSIGN_OR_RETURN(epoch, Number(last, "epoch", run.metrics()));
    LADDER_ASSIGN_OR_RETURN(record->seconds, Number(last, "seconds", run.metrics()));
    const absl::StatusOr<double> error = Number(last, "validation_error", run.metrics());
    if (error.ok()) record->last_validation_error = Factor(record->experiment) * *error;
  }
  record->epoch = static_cast<int>(epoch);
  record->problem = absl::StrCat("epoch ", static_cast<int64_t>(epoch), " of ",
                                 record->experiment.training().num_epochs());
  return absl::OkStatus();
}

// The error that an evaluation tells; empty if the run has none.
absl::StatusOr<absl::optional<double>> ReadError(const std::string& path, double factor) {
  if (!Exists(path)) return absl::optional<double>();
  LADDER_ASSIGN_OR_RETURN(const Json evaluation, ReadJson(path));
  LADDER_ASSIGN_OR_RETURN(const double error, Number(evaluation, "error", path));
  return absl::optional<double>(factor * error);
}

absl::Status ReadInfo(const RunDirectory& run, RunRecord* record) {
  record->config = fs::path(run.path()).filename().string();
  if (!Exists(run.info())) return absl::OkStatus();
  LADDER_ASSIGN_OR_RETURN(const Json info, ReadJson(run.info()));
  const auto text = [&info](const char* key) {
    const auto found = info.find(key);
    return found != info.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  if (!text("config").empty()) record->config = text("config");
  record->processor = text("processor");
  LADDER_ASSIGN_OR_RETURN(record->threads, Number(info, "threads", run.info()));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RunRecord> ReadRun(const std::string& path) {
  LADDER_ASSIGN_OR_RETURN(const RunDirectory run, RunDirectory::Open(path));
  RunRecord record;
  record.path = path;
  Experiment experiment;
  FieldLocations locations;
  LADDER_RETURN_IF_ERROR(ReadTextProto(run.config(), &experiment, &locations));
  LADDER_ASSIGN_OR_RETURN(record.experiment, Resolve(experiment, locations));
  LADDER_RETURN_IF_ERROR(ReadInfo(run, &record));
  LADDER_RETURN_IF_ERROR(ReadProgress(run, &record));
  if (run.IsFinished()) {
    record.state = RunRecord::kFinished;
    record.problem.clear();
    LADDER_ASSIGN_OR_RETURN(record.test_error,
                            ReadError(run.evaluation(), Factor(record.experiment)));
    LADDER_ASSIGN_OR_RETURN(record.validation_error,
                            ReadError(run.validation(), Factor(record.experiment)));
  } else if (Exists(run.failure())) {
    LADDER_ASSIGN_OR_RETURN(const std::string failure, ReadFile(run.failure()));
    record.state = RunRecord::kFailed;
    record.problem = absl::StrCat("diverged: ", absl::StripAsciiWhitespace(failure));
  }
  return record;
}

absl::StatusOr<std::vector<std::string>> FindRuns(const std::string& path) {
  std::vector<std::string> runs;
  if (RunDirectory::IsRun(path)) return std::vector<std::string>{path};
  std::error_code error;
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (!entry->is_directory(error) || !RunDirectory::IsRun(entry->path().string())) {
      continue;
    }
    runs.push_back(entry->path().string());
    entry.disable_recursion_pending();  // a run holds no others
  }
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot read ", path));
  if (runs.empty()) return absl::NotFoundError(absl::StrCat(path, " holds no run"));
  std::sort(runs.begin(), runs.end());
  return runs;
}

}  // namespace ladder
