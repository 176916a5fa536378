// Trains a model: bazel run //tools:train -- configs/digits_100.pbtxt
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "ladder/run.h"
#include "tools/command_line.h"

ABSL_FLAG(std::string, output_dir, "",
          "Where the run is recorded; must not exist or be empty. Unset: runs/NAME, NAME-2, ...");
ABSL_FLAG(bool, resume, false, "Continue the run in --output_dir from its newest checkpoint.");

int main(int argc, char** argv) {
  using namespace ladder;  // NOLINT
  RunOptions options;
  options.command = QuotedCommandLine(argc, argv);
  const std::vector<std::string> arguments =
      ParseCommandLine(argc, argv, "train [flags] MODEL.pbtxt: trains a model", 1);
  const absl::StatusOr<LoadedExperiment> loaded = LoadExperiment(arguments[0]);
  if (!loaded.ok()) return ReportError(loaded.status());
  options.output_dir = ResolveUserPath(absl::GetFlag(FLAGS_output_dir));
  options.resume = absl::GetFlag(FLAGS_resume);
  const absl::StatusOr<Evaluation> evaluation = Run(loaded->experiment, loaded->locations, options);
  if (!evaluation.ok()) return ReportError(evaluation.status());
  std::printf("test error %.4f %%: %ld of %ld\n", 100 * evaluation->error(),
              evaluation->num_errors(), evaluation->num_examples());
  return 0;
}
