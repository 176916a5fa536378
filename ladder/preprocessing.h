#ifndef LADDER_LADDER_PREPROCESSING_H_
#define LADDER_LADDER_PREPROCESSING_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "data/whitening.h"
#include "ladder/experiment.pb.h"

namespace ladder {

// What a resolved config does to inputs before the model sees them: contrast normalization, then
// whitening, each if the config has it. It is made of the training set alone, and then the same for
// whatever a model is shown.
class Preprocessing {
 public:
  // For a training set as LoadDataset reads it. A whitening is kept in, or comes from, the cache of
  // this machine (data/whitening_cache.h), which says on stderr when it takes time.
  static absl::StatusOr<Preprocessing> Fit(const Data& config, const Dataset& training);

  // Writes the whitening, if there is one, to a file: "mean" [d] and "matrix" [d, d]
  // (training/safetensors.h). With it a model can be used where its training set is not.
  absl::Status Save(const std::string& path) const;
  // What was saved, of a run of the same config.
  static absl::StatusOr<Preprocessing> Load(const Data& config, const std::string& path);

  // kFailedPrecondition if the examples are of another size than those of the training set.
  absl::Status Apply(Dataset* dataset) const;

 private:
  // All but the whitening.
  explicit Preprocessing(const Data& config);

  std::optional<double> contrast_scale_;
  std::optional<Whitening> whitening_;
};

}  // namespace ladder

#endif  // LADDER_LADDER_PREPROCESSING_H_
