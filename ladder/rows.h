#ifndef LADDER_LADDER_ROWS_H_
#define LADDER_LADDER_ROWS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"

namespace ladder {

// Which rows of the training file do what, each list in ascending order.
struct RowSplit {
  std::vector<int64_t> training;  // all that the model is shown: neither validation nor test rows
  std::vector<int64_t> labeled;   // those of them that show their label
  std::vector<int64_t> validation;
  std::vector<int64_t> test;  // if the test set is part of the training file
};

// Chooses them by data.seed, of the rows that have a label: the test rows first, then the
// validation rows, then those that show their label; folds cut the last (data.num_folds). Errors
// are those of the file data.labeled_rows, or say what the data has too few of.
absl::StatusOr<RowSplit> SplitRows(const Dataset& dataset, const Data& config);

// The rows of a data set that have a label.
std::vector<int64_t> LabeledRows(const Dataset& dataset);

// "row,id,part,labeled" and a line for each row of the training file: its number, what a user calls
// it, one of training, validation and test, and 1 if it shows its label, else 0.
std::string RowsCsv(const Dataset& dataset, const RowSplit& split);

}  // namespace ladder

#endif  // LADDER_LADDER_ROWS_H_
