#include "ladder/preprocessing.h"

#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/contrast_normalization.h"
#include "data/whitening_cache.h"
#include "ladder/datasets.h"

namespace ladder {

absl::StatusOr<Preprocessing> Preprocessing::Fit(const Data& config, const Dataset& training) {
  Preprocessing preprocessing;
  if (config.has_contrast_normalization()) {
    preprocessing.contrast_scale_ = config.contrast_normalization().scale();
  }
  if (config.has_whitening()) {
    Dataset inputs = training;
    LADDER_RETURN_IF_ERROR(preprocessing.Apply(&inputs));  // what comes before
    const absl::StatusOr<std::string> cache = CacheDirectory();
    LADDER_ASSIGN_OR_RETURN(
        preprocessing.whitening_,
        FitWhiteningOnce(inputs, config.whitening().epsilon(),
                         cache.ok() ? JoinPath(*cache, "whitening") : "", &std::cerr));
  }
  return preprocessing;
}

absl::StatusOr<Preprocessing> Preprocessing::Load(const Data& config) {
  Dataset training;
  if (config.has_whitening()) {
    LADDER_ASSIGN_OR_RETURN(training, LoadDataset(config, DatasetPart::kTraining));
  }
  return Fit(config, training);
}

absl::Status Preprocessing::Apply(Dataset* dataset) const {
  if (whitening_.has_value() && whitening_->size() != dataset->example_size()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the whitening of the training set is of examples of ", whitening_->size(),
                     " values, here they have ", dataset->example_size()));
  }
  if (contrast_scale_.has_value()) NormalizeContrast(*contrast_scale_, dataset);
  if (whitening_.has_value()) whitening_->Apply(dataset);
  return absl::OkStatus();
}

}  // namespace ladder
