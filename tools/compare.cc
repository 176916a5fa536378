// Sets runs side by side: bazel run //tools:compare -- runs
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "tools/command_line.h"
#include "tools/comparison.h"
#include "tools/json_flag.h"
#include "tools/run_record.h"

ABSL_FLAG(bool, markdown, false, "Print the table as Markdown, for a document.");

namespace ladder {
namespace {

absl::Status Compare(const std::vector<std::string>& paths) {
  std::vector<RunRecord> runs;
  std::set<std::string> seen;
  for (const std::string& path : paths) {
    LADDER_ASSIGN_OR_RETURN(const std::vector<std::string> found, FindRuns(ResolveUserPath(path)));
    for (const std::string& run : found) {
      if (!seen.insert(run).second) continue;
      LADDER_ASSIGN_OR_RETURN(const RunRecord record, ReadRun(run));
      runs.push_back(record);
    }
  }
  const std::vector<ConfigResults> configs = GroupByConfig(runs);
  std::printf(
      "%s", (absl::GetFlag(FLAGS_markdown) ? ComparisonMarkdown(configs) : ComparisonText(configs))
                .c_str());
  return WriteJsonFile(ComparisonJson(configs));
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments = ladder::ParseCommandLine(
      argc, argv, "compare [flags] RUNS...: the test errors of runs, by config",
      ladder::kAtLeastOne, /*config_flags=*/{});
  return ladder::Finish(ladder::Compare(arguments));
}
