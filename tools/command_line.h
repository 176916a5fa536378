#ifndef LADDER_TOOLS_COMMAND_LINE_H_
#define LADDER_TOOLS_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/text_proto.h"
#include "ladder/experiment.pb.h"

// What the programs of tools/ share: flags that change a config, errors and exit codes.

namespace ladder {

// In the place of a number of arguments.
constexpr int kAtLeastOne = -1;

// Parses the command line of a program: the flags that are defined in tools/. Returns what is not a
// flag, without the program's name. --help shows `usage` and the flags, and exits with 0; an
// unknown flag, a bad value, or another number of arguments than `num_arguments` is told in one
// line, and exits with 2. --set=FIELD.PATH=VALUE may be given several times.
std::vector<std::string> ParseCommandLine(int argc, char** argv, absl::string_view usage,
                                          int num_arguments);

struct LoadedExperiment {
  Experiment experiment;  // resolved
  FieldLocations locations;
  std::string name;  // the file's, without folder and .pbtxt
};

// Reads a config and applies the flags --set, --seed and --threads.
absl::StatusOr<LoadedExperiment> LoadExperiment(const std::string& path);

// Prints an error in one line to stderr, and returns the exit code of its kind:
//   2  usage or config          kInvalidArgument
//   3  data, files              all others
//   4  the training diverged    kOutOfRange
//   130  interrupted and saved  kCancelled
int ReportError(const absl::Status& status);

// The command line as a shell would take it.
std::string QuotedCommandLine(int argc, char** argv);

}  // namespace ladder

#endif  // LADDER_TOOLS_COMMAND_LINE_H_
