#ifndef LADDER_TOOLS_PREDICTIONS_H_
#define LADDER_TOOLS_PREDICTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "autodiff/context.h"
#include "data/dataset.h"
#include "ladder/model.h"

namespace ladder {

// Reads a user's examples for a model: CSV if the path ends in .csv, else IDX images, plain or
// packed by gzip. `label_column` tells which column of a CSV has labels and is no input: its number
// from 0, or from the end (-1 is the last), or its name; empty: none. Errors are the readers', or
// say what the model takes.
absl::StatusOr<Dataset> ReadExamples(const std::string& path, absl::string_view label_column,
                                     const LadderModel& model);

// A header and a line an example: its number from 0, the class of the largest probability, and the
// probability of each class.
//
//   row,label,probability_0,probability_1
//   0,1,0.0125,0.9875
std::string PredictionsCsv(Context* context, const LadderModel& model, const Dataset& dataset);

}  // namespace ladder

#endif  // LADDER_TOOLS_PREDICTIONS_H_
