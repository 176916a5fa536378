#ifndef LADDER_TOOLS_COMMAND_LINE_H_
#define LADDER_TOOLS_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/text_proto.h"
#include "ladder/experiment.pb.h"

// What the programs of tools/ share: flags that change a config, errors and exit codes.

namespace ladder {

// In the place of a number of arguments.
constexpr int kAtLeastOne = -1;

// The flags that change a config; of those not all make sense for every program.
inline constexpr absl::string_view kConfigFlags[] = {"set", "seed", "threads"};
// For what has a config that was trained with: its seed is used up.
inline constexpr absl::string_view kTrainedConfigFlags[] = {"set", "threads"};

// To be called first in each program: also has closed standard streams lead nowhere, so that no
// file of the program's takes their place, and memory that is not to be had end it with one line.
//
// Parses the command line of a program: the flags that are defined in tools/, of those that change
// a config `config_flags`. Returns what is not a flag, without the program's name. --help (-h)
// shows `usage` and the flags, --version the version, and both exit with 0; an unknown flag, a bad
// or empty value, or another number of arguments than `num_arguments` is told in one line, and
// exits with 2. --set=FIELD.PATH=VALUE may be given several times.
std::vector<std::string> ParseCommandLine(
    int argc, char** argv, absl::string_view usage, int num_arguments,
    absl::Span<const absl::string_view> config_flags = kConfigFlags);

// The exit code of a program that ends with `status`, of which an error is reported: what every
// main returns through.
int Finish(const absl::Status& status);
// The same, for a program that knows its exit code: 3, told in one line, instead of 0, 1, 4 or 130
// if what was printed to stdout could not be written.
int Finish(int exit_code);

struct LoadedExperiment {
  Experiment experiment;  // resolved
  FieldLocations locations;
  std::string name;  // the variant's; else the file's, without folder and .pbtxt
};

// Reads a config, FILE or FILE:VARIANT (ReadConfig, ladder/config_file.h), and applies the flags
// --set, --seed and --threads, and after them `sets`, each FIELD.PATH=VALUE.
absl::StatusOr<LoadedExperiment> LoadExperiment(const std::string& path,
                                                absl::Span<const std::string> sets = {});

// Prints an error in one line to stderr, of which control characters are escaped and what is too
// long for a screen is left out, and returns the exit code of its kind:
//   2  usage or config          kInvalidArgument
//   3  data, files              all others
//   4  the training diverged    IsDiverged
//   130  interrupted and saved  IsInterrupted
int ReportError(const absl::Status& status);

// An argument, and a command line, as a shell would take them.
std::string Quoted(absl::string_view argument);
std::string QuotedCommandLine(int argc, char** argv);
// The command that goes on with the run in `output_dir` which this command line started: with
// --resume and --output_dir in the place of those that are there.
std::string ResumeCommandLine(int argc, char** argv, absl::string_view output_dir);

}  // namespace ladder

#endif  // LADDER_TOOLS_COMMAND_LINE_H_
