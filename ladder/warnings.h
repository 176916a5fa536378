#ifndef LADDER_LADDER_WARNINGS_H_
#define LADDER_LADDER_WARNINGS_H_

#include <cstdint>
#include <ostream>
#include <vector>

#include "data/dataset.h"
#include "data/standardization.h"
#include "ladder/experiment.pb.h"
#include "ladder/rows.h"
#include "ladder/trainer.h"

// What a training can be told about and still goes on: each writes a line that begins with
// "warning: ", or nothing.

namespace ladder {

// Inputs of very different scales ruin a model without a word: names the first of the rows' inputs
// with a mean or deviation above 10.
void WarnOfScale(const Dataset& dataset, const std::vector<int64_t>& rows, std::ostream* notes);

// Values that training has not seen the like of, such as those in other units. `far`: of how many
// of the rows each input is far off (Standardization::CountFar). Names the input with the most, if
// it is more than one row in ten: of a heavy tail, or a category that is new, some rows are far
// off. `columns`: of the rows' data set.
void WarnOfFarInputs(const std::vector<Column>& columns, const Standardization& standardization,
                     const std::vector<int64_t>& far, int64_t num_rows, std::ostream* notes);

// Of a handful of rows the error moves in large steps, and is 0 soon.
void WarnOfFewValidationRows(const Training& training, const RowSplit& split, std::ostream* notes);

// Says it if the labeled rows are not, for batch normalization, like those it predicts for. Of
// classes alone.
void WarnOfStatistics(Trainer* trainer, std::ostream* notes);

}  // namespace ladder

#endif  // LADDER_LADDER_WARNINGS_H_
