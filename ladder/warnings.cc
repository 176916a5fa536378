#include "ladder/warnings.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "data/standardization.h"

namespace ladder {
namespace {

std::string InputName(const std::vector<Column>& columns, size_t j) {
  return columns.empty() ? absl::StrCat("input ", j) : columns[j].name;
}

}  // namespace

void WarnOfScale(const Dataset& dataset, const std::vector<int64_t>& rows, std::ostream* notes) {
  constexpr double kLarge = 10;
  if (!std::holds_alternative<std::vector<float>>(dataset.inputs)) return;
  const Standardization fit = Standardization::Fit(dataset, rows);
  const Standardization::Tables& scale = fit.tables();
  for (size_t j = 0; j < scale.mean.size(); ++j) {
    if (std::abs(scale.mean[j]) <= kLarge && scale.deviation[j] <= kLarge) continue;
    *notes << absl::StrFormat(
        "warning: %s has mean %.4g and deviation %.4g; inputs beyond 10 ruin most models: "
        "data { standardization {} } scales them\n",
        InputName(dataset.columns, j), scale.mean[j], scale.deviation[j]);
    return;
  }
}

void WarnOfFarInputs(const std::vector<Column>& columns, const Standardization& standardization,
                     const std::vector<int64_t>& far, int64_t num_rows, std::ostream* notes) {
  const auto most = std::max_element(far.begin(), far.end());
  if (most == far.end() || *most * 10 <= num_rows) return;
  const auto j = static_cast<size_t>(most - far.begin());
  *notes << absl::StrFormat(
      "warning: %s of %d of %d rows is more than %g deviations (%.4g) from its mean in training "
      "(%.4g): is it in other units?\n",
      InputName(columns, j), *most, num_rows, Standardization::kFar,
      standardization.tables().deviation[j], standardization.tables().mean[j]);
}

void WarnOfFewValidationRows(const Training& training, const RowSplit& split, std::ostream* notes) {
  constexpr size_t kFew = 30;
  const size_t count = split.validation.size();
  if (!training.keep_best() && !training.has_early_stopping()) return;
  if (count == 0 || count >= kFew) return;
  *notes << "warning: early_stopping and keep_best go by " << count
         << " validation rows, which tell epochs apart by luck alone; a number of steps without "
            "either serves better\n";
}

void WarnOfStatistics(Trainer* trainer, std::ostream* notes) {
  constexpr double kMuch = 0.1;  // nats
  if (trainer->model().config().target() != Model::CLASS) return;
  const Trainer::LabeledRowsBy rows = trainer->EvaluateLabeledRows();
  if (std::abs(rows.all.cross_entropy - rows.labeled.cross_entropy) < kMuch) return;
  *notes << absl::StrFormat(
      "warning: by the statistics of all rows the labeled rows have cross-entropy %.3f and error "
      "%.2f %%, by their own %.3f and %.2f %%: they are unlike the others, perhaps in the "
      "proportions of the classes; training.prediction_statistics chooses, "
      "training.prior_correction corrects proportions\n",
      rows.all.cross_entropy, 100 * rows.all.error(), rows.labeled.cross_entropy,
      100 * rows.labeled.error());
}

}  // namespace ladder
