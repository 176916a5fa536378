#include "training/checkpoint.h"

#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

namespace fs = std::filesystem;

constexpr char kModelFile[] = "model.safetensors";
constexpr char kOptimizerFile[] = "optimizer.safetensors";
constexpr char kStateFile[] = "state.pbtxt";
constexpr char kDoneFile[] = "done";
constexpr char kTemporary[] = ".tmp";
// Metadata of the optimizer's file.
constexpr char kOptimizerName[] = "optimizer";
constexpr char kNumSteps[] = "num_steps";

// The states of an optimizer, cut into tensors of the parameters' shapes: "m/<parameter>".
std::vector<NamedTensor> NamedStates(const Optimizer& optimizer) {
  const ParameterSet& parameters = optimizer.parameters();
  std::vector<NamedTensor> tensors;
  for (const Optimizer::State& state : optimizer.states()) {
    for (const auto& parameter : parameters.parameters()) {
      const int64_t offset = parameter->value().data() - parameters.values().data();
      tensors.push_back({absl::StrCat(state.name, "/", parameter->name()),
                         Tensor(state.slab.data() + offset, parameter->shape())});
    }
  }
  return tensors;
}

// The step of a folder's name "step_<step>"; none if it is not of this form.
std::optional<int64_t> StepOf(absl::string_view name) {
  absl::string_view digits = name;
  int64_t step;
  if (!absl::ConsumePrefix(&digits, "step_") || !absl::SimpleAtoi(digits, &step) || step < 0 ||
      absl::StrCat("step_", step) != name) {
    return std::nullopt;
  }
  return step;
}

bool IsComplete(const std::string& path) {
  std::error_code error;
  return fs::exists(JoinPath(path, kDoneFile), error);
}

absl::Status Delete(const std::string& path) {
  std::error_code error;
  // Without this file the checkpoint does not count, should the rest survive.
  fs::remove(JoinPath(path, kDoneFile), error);
  fs::remove_all(path, error);
  if (!error) return absl::OkStatus();
  return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot delete ", path));
}

// The names in a directory; none if it does not exist.
absl::StatusOr<std::vector<std::string>> NamesIn(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    names.push_back(entry->path().filename().string());
  }
  if (!error || error == std::errc::no_such_file_or_directory) return names;
  return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot list ", directory));
}

// What the file `done` says of another.
std::string DoneLine(absl::string_view name, absl::string_view contents) {
  const auto* const bytes = reinterpret_cast<const unsigned char*>(contents.data());
  const uint64_t sum = crc32_z(0, bytes, contents.size());
  return absl::StrCat(name, " ", contents.size(), " ", absl::Hex(sum, absl::kZeroPad8));
}

absl::Status WriteFiles(const std::string& path, absl::Span<const NamedTensor> model,
                        const Optimizer& optimizer, absl::string_view state) {
  LADDER_RETURN_IF_ERROR(CreateDirectories(path));
  LADDER_RETURN_IF_ERROR(WriteSafetensors(JoinPath(path, kModelFile), model));
  LADDER_RETURN_IF_ERROR(WriteSafetensors(
      JoinPath(path, kOptimizerFile), NamedStates(optimizer),
      {{kOptimizerName, optimizer.name()}, {kNumSteps, absl::StrCat(optimizer.num_steps())}}));
  LADDER_RETURN_IF_ERROR(WriteFileAtomically(JoinPath(path, kStateFile), state));
  std::string done;
  for (const char* name : {kModelFile, kOptimizerFile, kStateFile}) {
    LADDER_ASSIGN_OR_RETURN(const std::string contents, ReadFile(JoinPath(path, name)));
    absl::StrAppend(&done, DoneLine(name, contents), "\n");
  }
  return WriteFileAtomically(JoinPath(path, kDoneFile), done);
}

// Reads a file of a checkpoint, which must be as `done` tells.
absl::StatusOr<std::string> ReadChecked(const std::string& checkpoint, const char* name,
                                        absl::string_view done) {
  const std::string path = JoinPath(checkpoint, name);
  LADDER_ASSIGN_OR_RETURN(std::string contents, ReadFile(path));
  if (done.empty()) return contents;  // of an older version
  const std::string line = DoneLine(name, contents);
  for (const absl::string_view written : absl::StrSplit(done, '\n')) {
    if (written == line) return contents;
    if (!absl::StartsWith(written, absl::StrCat(name, " "))) continue;
    return absl::DataLossError(absl::StrCat(
        path, ": is not what was saved: it is \"", line, "\" (bytes, CRC-32), \"", kDoneFile,
        "\" says \"", written, "\"; it is damaged, cut short, or of another checkpoint"));
  }
  return absl::DataLossError(
      absl::StrCat(JoinPath(checkpoint, kDoneFile), ": has no line for ", name));
}

absl::StatusOr<Safetensors> ReadTensors(const std::string& checkpoint, const char* name,
                                        absl::string_view done) {
  LADDER_ASSIGN_OR_RETURN(std::string contents, ReadChecked(checkpoint, name, done));
  return Safetensors::Parse(JoinPath(checkpoint, name), std::move(contents));
}

// Deletes all but `keep` complete checkpoints of those up to `step`, and what a crash left.
absl::Status DeleteOld(const std::string& directory, int64_t step, int keep) {
  LADDER_RETURN_IF_ERROR(DeleteIncompleteCheckpoints(directory));
  if (keep == 0) return absl::OkStatus();
  LADDER_ASSIGN_OR_RETURN(std::vector<Checkpoint> old, ListCheckpoints(directory));
  while (!old.empty() && old.back().step > step) old.pop_back();
  for (int i = 0; i + keep < static_cast<int>(old.size()); ++i) {
    LADDER_RETURN_IF_ERROR(Delete(old[i].path));
  }
  return absl::OkStatus();
}

// The number of steps that an optimizer's file tells, after a check that it is of such an
// optimizer.
absl::StatusOr<int64_t> NumSteps(const std::string& path, const Safetensors& file,
                                 const Optimizer& optimizer) {
  const auto value = [&file](const char* key) {
    const auto entry = file.metadata().find(key);
    return entry == file.metadata().end() ? std::string() : entry->second;
  };
  if (value(kOptimizerName) != optimizer.name()) {
    return absl::FailedPreconditionError(absl::StrCat(path, ": is the state of optimizer \"",
                                                      value(kOptimizerName), "\", wanted is \"",
                                                      optimizer.name(), "\""));
  }
  int64_t num_steps;
  if (!absl::SimpleAtoi(value(kNumSteps), &num_steps) || num_steps < 0) {
    return absl::DataLossError(absl::StrCat(path, ": ", kNumSteps, " in __metadata__ is \"",
                                            value(kNumSteps),
                                            "\", allowed is an integer from 0 on"));
  }
  return num_steps;
}

}  // namespace

absl::Status SaveCheckpoint(const std::string& directory, int64_t step,
                            absl::Span<const NamedTensor> model, const Optimizer& optimizer,
                            absl::string_view state, int keep) {
  LADDER_CHECK(step >= 0 && keep >= 0) << "got step = " << step << ", keep = " << keep;
  const std::string path = JoinPath(directory, absl::StrCat("step_", step));
  const std::string temporary = path + kTemporary;
  LADDER_RETURN_IF_ERROR(Delete(temporary));
  absl::Status status = WriteFiles(temporary, model, optimizer, state);
  if (status.ok()) status = ReplaceDirectory(temporary, path);
  if (!status.ok()) {
    Delete(temporary).IgnoreError();
    return status;
  }
  // The new checkpoint is safe; an old one that cannot be deleted is no reason to end a run.
  DeleteOld(directory, step, keep).IgnoreError();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Checkpoint>> ListCheckpoints(const std::string& directory) {
  LADDER_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(directory));
  std::vector<Checkpoint> checkpoints;
  for (const std::string& name : names) {
    const std::optional<int64_t> step = StepOf(name);
    const std::string path = JoinPath(directory, name);
    if (step.has_value() && IsComplete(path)) checkpoints.push_back({path, *step});
  }
  std::sort(checkpoints.begin(), checkpoints.end(),
            [](const Checkpoint& a, const Checkpoint& b) { return a.step < b.step; });
  return checkpoints;
}

absl::Status DeleteIncompleteCheckpoints(const std::string& directory) {
  LADDER_ASSIGN_OR_RETURN(const std::vector<std::string> names, NamesIn(directory));
  for (const std::string& name : names) {
    absl::string_view step = name;
    const bool is_temporary = absl::ConsumeSuffix(&step, kTemporary);
    const std::string path = JoinPath(directory, name);
    if (StepOf(step).has_value() && (is_temporary || !IsComplete(path))) {
      LADDER_RETURN_IF_ERROR(Delete(path));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Checkpoint> FindNewestCheckpoint(const std::string& directory) {
  LADDER_ASSIGN_OR_RETURN(std::vector<Checkpoint> checkpoints, ListCheckpoints(directory));
  if (checkpoints.empty()) {
    return absl::NotFoundError(absl::StrCat("no complete checkpoint in ", directory));
  }
  return std::move(checkpoints.back());
}

absl::StatusOr<std::string> LoadCheckpoint(const std::string& path,
                                           absl::Span<const NamedTensor> model,
                                           Optimizer* optimizer) {
  if (!IsComplete(path)) {
    return absl::NotFoundError(
        absl::StrCat(path, " is no complete checkpoint: it has no file \"", kDoneFile, "\""));
  }
  // All is read and checked before anything is changed.
  LADDER_ASSIGN_OR_RETURN(const std::string done, ReadFile(JoinPath(path, kDoneFile)));
  LADDER_ASSIGN_OR_RETURN(std::string state, ReadChecked(path, kStateFile, done));
  LADDER_ASSIGN_OR_RETURN(const Safetensors model_file, ReadTensors(path, kModelFile, done));
  LADDER_RETURN_IF_ERROR(model_file.Check(model));
  if (optimizer != nullptr) {
    const std::string optimizer_path = JoinPath(path, kOptimizerFile);
    LADDER_ASSIGN_OR_RETURN(const Safetensors file, ReadTensors(path, kOptimizerFile, done));
    LADDER_ASSIGN_OR_RETURN(const int64_t num_steps, NumSteps(optimizer_path, file, *optimizer));
    LADDER_RETURN_IF_ERROR(file.CopyTo(NamedStates(*optimizer)));
    optimizer->set_num_steps(num_steps);
  }
  LADDER_RETURN_IF_ERROR(model_file.CopyTo(model));
  return state;
}

absl::StatusOr<Safetensors> ReadModelFile(const std::string& path) {
  LADDER_ASSIGN_OR_RETURN(const std::string done, ReadFile(JoinPath(path, kDoneFile)));
  return ReadTensors(path, kModelFile, done);
}

}  // namespace ladder
