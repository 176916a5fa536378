#ifndef LADDER_TOOLS_EXAMPLES_H_
#define LADDER_TOOLS_EXAMPLES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "data/table.h"
#include "ladder/experiment.pb.h"

namespace ladder {

struct ExampleOptions {
  std::string path;  // "-": the standard input
  // csv, table, npy, idx or images; empty: a run on a table reads tables, else the name says: a
  // folder has images, .npy and .npz arrays, .csv numbers, and anything else is IDX.
  std::string format = "";
  // Of csv, the column that has labels and is no input: its number from 0, or from the end (-1 is
  // the last), or its name; empty: none.
  std::string label_column = "";
};

// Reads a user's examples as a run's model takes them, before preprocessing: a table some rows at a
// time, all else at once. Where there are labels, they are read too.
class ExampleReader {
 public:
  // `experiment` is the run's, with its outputs; `record` what it tells of its data. Errors are the
  // readers', or say what the model takes.
  static absl::StatusOr<ExampleReader> Open(const ExampleOptions& options,
                                            const Experiment& experiment, const DataRecord& record);

  // The next rows, at most `max_rows` of a table; an empty data set at the end.
  absl::StatusOr<Dataset> Read(int64_t max_rows);
  // What a person should know of what has been read.
  std::vector<std::string> Notes() const;

 private:
  explicit ExampleReader(const DataRecord& record) : record_(record) {}

  const DataRecord& record_;
  std::unique_ptr<TableReader> table_;
  Dataset dataset_;  // what else was read; empty once it was dealt out
};

}  // namespace ladder

#endif  // LADDER_TOOLS_EXAMPLES_H_
