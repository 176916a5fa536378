// Trains a model: bazel run //tools:train -- configs/digits_100.pbtxt
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "ladder/run.h"
#include "tools/command_line.h"

ABSL_FLAG(std::string, output_dir, "",
          "Where the run is recorded; must not exist or be empty. Unset: runs/NAME, NAME-2, ...");
ABSL_FLAG(bool, resume, false, "Continue the run in --output_dir from its newest checkpoint.");

namespace ladder {
namespace {

// runs/NAME, runs/NAME-2, ...: the first that does not exist, or to resume the last that does.
std::string DefaultOutputDir(const std::string& name, bool resume) {
  // What cannot be looked at counts as not there: making the folder tells why.
  const auto exists = [](const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
  };
  std::string last = ResolveUserPath(absl::StrCat("runs/", name));
  for (int i = 2;; ++i) {
    const std::string next = ResolveUserPath(absl::StrCat("runs/", name, "-", i));
    if (!exists(resume ? next : last)) return last;
    last = next;
  }
}

int Main(int argc, char** argv) {
  RunOptions options;
  options.command = QuotedCommandLine(argc, argv);
  const std::vector<std::string> arguments =
      ParseCommandLine(argc, argv, "train [flags] MODEL.pbtxt: trains a model", 1);
  const absl::StatusOr<LoadedExperiment> loaded = LoadExperiment(arguments[0]);
  if (!loaded.ok()) return ReportError(loaded.status());
  options.resume = absl::GetFlag(FLAGS_resume);
  options.output_dir = absl::GetFlag(FLAGS_output_dir);
  if (options.output_dir.empty()) options.output_dir = loaded->experiment.deployment().output_dir();
  options.output_dir = options.output_dir.empty() ? DefaultOutputDir(loaded->name, options.resume)
                                                  : ResolveUserPath(options.output_dir);

  const absl::StatusOr<absl::optional<Evaluation>> evaluation =
      RunExperiment(loaded->experiment, loaded->locations, options);
  if (!evaluation.ok()) return ReportError(evaluation.status());
  if (evaluation->has_value()) {
    const Evaluation& test = **evaluation;
    std::printf(
        "%s\n",
        absl::StrFormat("test error %.2f %% (95 %% interval %.2f to %.2f): %d of %d examples",
                        100 * test.error(), 100 * test.error_interval().low,
                        100 * test.error_interval().high, test.num_errors(), test.num_examples())
            .c_str());
  }
  std::printf("run: %s\n", options.output_dir.c_str());
  return 0;
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) { return ladder::Main(argc, argv); }
