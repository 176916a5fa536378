#include "ladder/preprocessing.h"

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/contrast_normalization.h"
#include "data/whitening_cache.h"
#include "training/safetensors.h"

namespace ladder {

Preprocessing::Preprocessing(const Data& config) {
  if (config.has_contrast_normalization()) {
    contrast_scale_ = config.contrast_normalization().scale();
  }
}

absl::StatusOr<Preprocessing> Preprocessing::Fit(const Data& config, const Dataset& training) {
  Preprocessing preprocessing(config);
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

absl::Status Preprocessing::Save(const std::string& path) const {
  if (!whitening_.has_value()) return absl::OkStatus();
  const int64_t d = whitening_->size();
  std::vector<Real> mean(whitening_->mean().begin(), whitening_->mean().end());
  std::vector<Real> matrix(whitening_->matrix().begin(), whitening_->matrix().end());
  return WriteSafetensors(
      path, {{"mean", Tensor(mean.data(), {d})}, {"matrix", Tensor(matrix.data(), {d, d})}});
}

absl::StatusOr<Preprocessing> Preprocessing::Load(const Data& config, const std::string& path) {
  Preprocessing preprocessing(config);
  if (!config.has_whitening()) return preprocessing;
  LADDER_ASSIGN_OR_RETURN(const Safetensors file, Safetensors::Read(path));
  const Safetensors::Entry* entry = file.Find("mean");
  const int64_t d = entry != nullptr ? entry->shape.size() : 0;
  if (d < 1 || d > Whitening::kMaxSize) {
    return absl::DataLossError(absl::StrCat(path, " is no whitening: mean has ", d,
                                            " values, allowed are 1 to ", Whitening::kMaxSize));
  }
  std::vector<Real> mean(static_cast<size_t>(d)), matrix(static_cast<size_t>(d * d));
  LADDER_RETURN_IF_ERROR(
      file.CopyTo({{"mean", Tensor(mean.data(), {d})}, {"matrix", Tensor(matrix.data(), {d, d})}}));
  preprocessing.whitening_.emplace(std::vector<float>(mean.begin(), mean.end()),
                                   std::vector<float>(matrix.begin(), matrix.end()));
  return preprocessing;
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
