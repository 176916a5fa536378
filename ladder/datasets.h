#ifndef LADDER_LADDER_DATASETS_H_
#define LADDER_LADDER_DATASETS_H_

#include <ostream>

#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "data/image_files.h"
#include "data/table.h"
#include "ladder/experiment.pb.h"

namespace ladder {

// What the labels of an experiment's data are.
LabelKind LabelKindOf(const Model& model);

// Reads or makes the training data that a resolved experiment names, as it stands in its file: of a
// table, the inputs are not yet encoded. `table` becomes the schema of a table. `notes` is told
// what a person should know. Errors are the reader's.
absl::StatusOr<Dataset> LoadTrainingFile(const Experiment& experiment, TableSchema* table,
                                         std::ostream* notes);

// How more images are read for a model of such data: in the sizes that it takes, with its classes.
ImageFilesOptions ToImageOptions(const Experiment& experiment, const DataRecord& record);

// The same of its test file, which it has; `record` tells how the training data was read. A table
// is encoded.
absl::StatusOr<Dataset> LoadTestFile(const Experiment& experiment, const DataRecord& record,
                                     std::ostream* notes);

}  // namespace ladder

#endif  // LADDER_LADDER_DATASETS_H_
