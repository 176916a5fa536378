#ifndef LADDER_LADDER_EXPERIMENT_DATA_H_
#define LADDER_LADDER_EXPERIMENT_DATA_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/text_proto.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"
#include "ladder/rows.h"

namespace ladder {

// What an experiment is trained on, before preprocessing (ladder/preprocessing.h).
struct ExperimentData {
  Dataset training;  // all rows of the training file; a table is encoded, numbers are standardized
  RowSplit split;
  DataRecord record;
};

// Reads the training data of a resolved experiment, chooses its rows, and checks that the
// experiment fits it (CheckAgainstData). `notes` is told what a person should know of it.
absl::StatusOr<ExperimentData> LoadExperimentData(const Experiment& experiment,
                                                  const FieldLocations& locations,
                                                  std::ostream* notes);

// The same of data that is in memory, as LoadTrainingFile (ladder/datasets.h) reads it.
absl::StatusOr<ExperimentData> MakeExperimentData(const Experiment& experiment,
                                                  const FieldLocations& locations, Dataset dataset,
                                                  TableSchema table);

// Some rows to evaluate on.
struct EvaluationData {
  Dataset dataset;
  std::vector<int64_t> rows;
};

// The test set that a config has in a file of its own (HasTestFile). Errors are the reader's, or
// say that its examples are of another size.
absl::StatusOr<EvaluationData> LoadTestSet(const Experiment& experiment, const DataRecord& record,
                                           std::ostream* notes);

// The experiment with what it leaves to the data written out: the units of the top layer, and the
// epochs that make training.num_steps.
Experiment WithData(Experiment experiment, const DataRecord& record);

// How many outputs a model of this data has: classes, or columns of labels.
int64_t NumOutputs(const DataRecord& record);

// Takes targets to the units that a model of the data predicts in: those that are numbers to mean 0
// and deviation 1 over the training rows that show them.
void StandardizeTargets(const DataRecord& record, Dataset* dataset);

// CRC-32 of the inputs of more examples, where `before` is that of those before them; 0 of none.
uint32_t InputChecksum(uint32_t before, const Dataset& dataset);

// An error unless the training data is the one that a run's record tells of.
absl::Status CheckSameData(const DataRecord& recorded, const DataRecord& now);

// How many of the test rows are equal, in all their inputs, to some row that the model is shown.
int64_t CountEqualRows(const Dataset& training, const std::vector<int64_t>& training_rows,
                       const Dataset& test, const std::vector<int64_t>& test_rows);

// Three to five lines for a person at the start of a training: rows, inputs and their range,
// classes and their counts, which rows do what.
std::string DataText(const ExperimentData& data);

}  // namespace ladder

#endif  // LADDER_LADDER_EXPERIMENT_DATA_H_
