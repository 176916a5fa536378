#include "ladder/preprocessing.h"

#include <cstdint>
#include <iostream>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/contrast_normalization.h"
#include "data/whitening_cache.h"
#include "training/safetensors.h"

namespace ladder {

namespace {

// What a step of training can hold of one example (ladder/check_against_data.cc).
constexpr int64_t kMaxStandardized = std::numeric_limits<int32_t>::max();

bool Standardizes(const Data& config) {
  return config.has_standardization() &&
         config.standardization().method() == Data::Standardization::MEAN_AND_DEVIATION;
}

StandardizationOptions ToOptions(const Data::Standardization& config) {
  StandardizationOptions options;
  if (config.has_clip()) options.clip = config.clip();
  options.rank_weight = config.rank_weight();
  return options;
}

std::vector<Real> Reals(absl::Span<const float> values) { return {values.begin(), values.end()}; }
std::vector<float> Floats(const std::vector<Real>& values) {
  return {values.begin(), values.end()};
}

// How many values the "mean" of a file has.
absl::StatusOr<int64_t> SizeOfMean(const Safetensors& file, const std::string& path, int64_t max) {
  const Safetensors::Entry* entry = file.Find("mean");
  const int64_t d = entry != nullptr ? entry->shape.size() : 0;
  if (d >= 1 && d <= max) return d;
  return absl::DataLossError(
      absl::StrCat(path, ": mean has ", d, " values, allowed are 1 to ", max));
}

}  // namespace

Preprocessing::Preprocessing(const Data& config) {
  if (config.has_contrast_normalization()) {
    contrast_scale_ = config.contrast_normalization().scale();
  }
}

absl::StatusOr<Preprocessing> Preprocessing::Fit(const Data& config, const Dataset& training,
                                                 absl::Span<const int64_t> shown) {
  Preprocessing preprocessing(config);
  if (Standardizes(config)) {
    preprocessing.standardization_ =
        Standardization::Fit(training, shown, ToOptions(config.standardization()));
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

absl::Status Preprocessing::Save(const RunDirectory& run) const {
  if (standardization_.has_value()) {
    const Standardization::Tables& tables = standardization_->tables();
    const int64_t d = standardization_->size();
    std::vector<Real> mean = Reals(tables.mean), deviation = Reals(tables.deviation);
    std::vector<Real> knots = Reals(tables.knots), scores = Reals(tables.scores);
    std::vector<NamedTensor> tensors = {{"mean", Tensor(mean.data(), {d})},
                                        {"deviation", Tensor(deviation.data(), {d})}};
    if (!knots.empty()) {
      tensors.push_back({"knots", Tensor(knots.data(), {d, Standardization::kMaxKnots})});
      tensors.push_back({"scores", Tensor(scores.data(), {d, Standardization::kMaxKnots})});
    }
    LADDER_RETURN_IF_ERROR(WriteSafetensors(run.standardization(), tensors));
  }
  if (!whitening_.has_value()) return absl::OkStatus();
  const int64_t d = whitening_->size();
  std::vector<Real> mean = Reals(whitening_->mean());
  std::vector<Real> matrix = Reals(whitening_->matrix());
  return WriteSafetensors(run.whitening(), {{"mean", Tensor(mean.data(), {d})},
                                            {"matrix", Tensor(matrix.data(), {d, d})}});
}

absl::StatusOr<Preprocessing> Preprocessing::Load(const Data& config, const RunDirectory& run) {
  Preprocessing preprocessing(config);
  if (Standardizes(config)) {
    LADDER_ASSIGN_OR_RETURN(const Safetensors file, Safetensors::Read(run.standardization()));
    LADDER_ASSIGN_OR_RETURN(const int64_t d,
                            SizeOfMean(file, run.standardization(), kMaxStandardized));
    const StandardizationOptions options = ToOptions(config.standardization());
    const int64_t num_knots = options.rank_weight > 0 ? d * Standardization::kMaxKnots : 0;
    std::vector<Real> mean(static_cast<size_t>(d)), deviation(static_cast<size_t>(d));
    std::vector<Real> knots(static_cast<size_t>(num_knots)), scores(knots.size());
    std::vector<NamedTensor> tensors = {{"mean", Tensor(mean.data(), {d})},
                                        {"deviation", Tensor(deviation.data(), {d})}};
    if (num_knots > 0) {
      tensors.push_back({"knots", Tensor(knots.data(), {d, Standardization::kMaxKnots})});
      tensors.push_back({"scores", Tensor(scores.data(), {d, Standardization::kMaxKnots})});
    }
    LADDER_RETURN_IF_ERROR(file.CopyTo(tensors));
    preprocessing.standardization_.emplace(
        Standardization::Tables{Floats(mean), Floats(deviation), Floats(knots), Floats(scores)},
        options);
  }
  if (!config.has_whitening()) return preprocessing;
  LADDER_ASSIGN_OR_RETURN(const Safetensors file, Safetensors::Read(run.whitening()));
  LADDER_ASSIGN_OR_RETURN(const int64_t d, SizeOfMean(file, run.whitening(), Whitening::kMaxSize));
  std::vector<Real> mean(static_cast<size_t>(d)), matrix(static_cast<size_t>(d * d));
  LADDER_RETURN_IF_ERROR(
      file.CopyTo({{"mean", Tensor(mean.data(), {d})}, {"matrix", Tensor(matrix.data(), {d, d})}}));
  preprocessing.whitening_.emplace(std::vector<float>(mean.begin(), mean.end()),
                                   std::vector<float>(matrix.begin(), matrix.end()));
  return preprocessing;
}

absl::Status Preprocessing::Apply(Dataset* dataset) const {
  const auto check = [dataset](absl::string_view what, int64_t size) -> absl::Status {
    if (size == dataset->example_size()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("the ", what, " of the training set is of examples of ", size,
                     " values, here they have ", dataset->example_size()));
  };
  if (standardization_.has_value()) {
    LADDER_RETURN_IF_ERROR(check("standardization", standardization_->size()));
    standardization_->Apply(dataset);
  }
  if (whitening_.has_value()) {
    LADDER_RETURN_IF_ERROR(check("whitening", whitening_->size()));
  }
  if (contrast_scale_.has_value()) NormalizeContrast(*contrast_scale_, dataset);
  if (whitening_.has_value()) whitening_->Apply(dataset);
  return absl::OkStatus();
}

std::string Preprocessing::Text() const {
  std::vector<std::string> steps;
  if (standardization_.has_value()) steps.push_back("standardized");
  if (contrast_scale_.has_value()) steps.push_back("contrast normalized");
  if (whitening_.has_value()) steps.push_back("whitened");
  return steps.empty() ? "as they are" : absl::StrJoin(steps, ", ");
}

}  // namespace ladder
