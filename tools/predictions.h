#ifndef LADDER_TOOLS_PREDICTIONS_H_
#define LADDER_TOOLS_PREDICTIONS_H_

#include <cstdint>
#include <string>

#include "data/dataset.h"
#include "ladder/experiment.pb.h"
#include "tensor/tensor.h"

namespace ladder {

// Predictions as text: a header and a line an example, with its number from 0 and, where examples
// have one, the user's own id. Of classes, the one of the largest probability, and the probability
// of each, by their names:
//
//   row,label,probability_0,probability_1
//   0,1,0.0125,0.9875
//
// of numbers, these, in the user's units; of flags, each and its probability.
class PredictionsCsv {
 public:
  PredictionsCsv(Model::Target target, const DataRecord& record, bool has_ids)
      : target_(target), record_(record), has_ids_(has_ids) {}

  std::string Header() const;
  // The lines of the next rows. outputs: [rows, outputs], as PredictRows (ladder/evaluation.h)
  // hands them out, of the rows of the data set from `first` on.
  std::string Lines(const Dataset& dataset, int64_t first, Tensor outputs);

  int64_t num_rows() const { return num_rows_; }

 private:
  std::string Prediction(const Real* outputs, int64_t num_outputs) const;

  const Model::Target target_;
  const DataRecord& record_;
  const bool has_ids_;
  int64_t num_rows_ = 0;  // so far
};

}  // namespace ladder

#endif  // LADDER_TOOLS_PREDICTIONS_H_
