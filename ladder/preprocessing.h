#ifndef LADDER_LADDER_PREPROCESSING_H_
#define LADDER_LADDER_PREPROCESSING_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/dataset.h"
#include "data/standardization.h"
#include "data/whitening.h"
#include "ladder/experiment.pb.h"
#include "training/run_directory.h"

namespace ladder {

// What a resolved config does to inputs before the model sees them: standardization, contrast
// normalization, whitening, in this order, each if the config has it. It is made of the training
// set alone, and then the same for whatever a model is shown.
class Preprocessing {
 public:
  // For training data (ladder/experiment_data.h), of which the model is shown the rows `shown`. A
  // whitening is of all rows; it is kept in, or comes from, the cache of this machine
  // (data/whitening_cache.h), which says on stderr when it takes time.
  static absl::StatusOr<Preprocessing> Fit(const Data& config, const Dataset& training,
                                           absl::Span<const int64_t> shown);

  // Writes what was fitted, if anything, to files of a run (training/run_directory.h): the tables
  // of a standardization (data/standardization.h), "mean" [d] and "matrix" [d, d] of a whitening.
  // With them a model can be used where its training set is not.
  absl::Status Save(const RunDirectory& run) const;
  // What was saved, of a run of the same config.
  static absl::StatusOr<Preprocessing> Load(const Data& config, const RunDirectory& run);

  // kFailedPrecondition if the examples are of another size than those of the training set.
  absl::Status Apply(Dataset* dataset) const;

  // Null if inputs are not standardized.
  const Standardization* standardization() const {
    return standardization_ ? &*standardization_ : nullptr;
  }

  // What it does, for a person: "standardized, contrast normalized, whitened", or "as they are".
  std::string Text() const;

 private:
  // All that needs no fit.
  explicit Preprocessing(const Data& config);

  std::optional<Standardization> standardization_;
  std::optional<double> contrast_scale_;
  std::optional<Whitening> whitening_;
};

}  // namespace ladder

#endif  // LADDER_LADDER_PREPROCESSING_H_
