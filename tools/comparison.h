#ifndef LADDER_TOOLS_COMPARISON_H_
#define LADDER_TOOLS_COMPARISON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "ladder/experiment.pb.h"
#include "tools/run_record.h"
#include "tools/statistics.h"

namespace ladder {

// Runs of one config, which differ in their seeds, in the folds of a cross-validation, and in how
// they were deployed.
struct ConfigResults {
  std::string name;        // the config's; of another config of the same name "NAME (2)"
  std::string difference;  // from the first config of the name: "modified: ...", else empty
  absl::optional<Published> published;
  std::vector<RunRecord> runs;  // by seed
  // As RunRecord has them, of the finished runs with a test set, and of those with validation rows.
  Statistics test_error;
  Statistics validation_error;
  double seconds = 0;  // of training, the mean of the finished runs
};

// Groups runs by their configs, in the order in which these appear.
std::vector<ConfigResults> GroupByConfig(const std::vector<RunRecord>& runs);

// The results of runs that are known to be of one config.
ConfigResults ResultsOf(std::vector<RunRecord> runs);

// The runs of one config as `train --seeds` shows them: a line for each, then their statistics
// beside the published ones.
std::string SeedsText(const ConfigResults& results);

// A line for each config, then the runs that are in no mean and why: as plain text, and as the
// tables and lists of a document.
std::string ComparisonText(const std::vector<ConfigResults>& configs);
std::string ComparisonMarkdown(const std::vector<ConfigResults>& configs);

// The same as JSON, errors in percent (of numbers as RunRecord has them) and times in seconds, null
// for what there is not:
//
//   {"configs": [{"config", "difference", "finished", "mean", "standard_deviation",
//                 "standard_error", "best", "worst",
//                 "validation_mean", "validation_standard_error", "seconds",
//                 "published": {"source", "mean", "standard_deviation", "standard_error",
//                               "num_runs"},
//                 "runs": [{"path", "seed", "fold", "state", "problem", "test_error",
//                           "validation_error", "seconds", "processor", "threads"}, ...]}, ...]}
std::string ComparisonJson(const std::vector<ConfigResults>& configs);

}  // namespace ladder

#endif  // LADDER_TOOLS_COMPARISON_H_
