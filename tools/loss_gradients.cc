#include "tools/loss_gradients.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json_text.h"
#include "base/text_table.h"
#include "ladder/num_threads.h"
#include "tools/loss_piece.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kLabeledRows = 6;
constexpr size_t kUnlabeledRows = 8;
constexpr double kPerturbation = 0.05;

// A few rows, kept for the batch that views them.
struct SmallBatch {
  std::vector<Real> inputs;
  std::vector<int32_t> labels;
  LadderBatch batch;
};

SmallBatch MakeBatch(const Dataset& dataset, const RowSplit& split, bool with_unlabeled) {
  std::vector<int64_t> rows(split.labeled.begin(),
                            split.labeled.begin() + std::min(kLabeledRows, split.labeled.size()));
  SmallBatch small;
  small.labels.resize(rows.size());
  dataset.CopyLabels(rows, small.labels.data());
  if (with_unlabeled) {
    rows.insert(rows.end(), split.training.begin(),
                split.training.begin() + std::min(kUnlabeledRows, split.training.size()));
  }
  small.inputs.resize(rows.size() * dataset.example_size());
  dataset.CopyRows(rows, small.inputs.data());
  const Shape shape = {static_cast<int64_t>(rows.size()), dataset.example_size()};
  small.batch = {Tensor(small.inputs.data(), shape), small.labels};
  return small;
}

}  // namespace

std::vector<GradCheckResult> CheckLossGradients(const Experiment& experiment,
                                                const Dataset& dataset, const RowSplit& split,
                                                int64_t max_elements) {
  Context context({.num_threads = NumThreads(experiment.deployment())});
  LadderModel model(experiment.model(), dataset.example_shape, experiment.training().seed());
  Perturb(kPerturbation, /*seed=*/1, &model.parameters());
  const SmallBatch small = MakeBatch(dataset, split, model.uses_unlabeled_rows());
  // Found once: the gradient is that with the perturbations held fixed.
  const Perturbations perturbations = model.FindPerturbations(&context, small.batch, /*step=*/0);
  uint64_t piece = 0;
  const auto loss = [&](Tape& tape) {
    const LadderStep step = model.BuildLoss(tape, small.batch, /*step=*/0, perturbations);
    piece = LossPiece(model, step);
    return step.loss;
  };
  GradCheckOptions options;
  // A loss can be a thousand times larger than a gradient: a large step loses less to rounding.
  options.step = 1e-4;
  options.max_elements = max_elements;
  options.piece = [&piece] { return piece; };
  return CheckGradients(context, model.parameters(), loss, options);
}

bool GradientsAgree(const std::vector<GradCheckResult>& results) {
  return std::all_of(results.begin(), results.end(), [](const GradCheckResult& result) {
    return result.relative_error < kGradientTolerance;
  });
}

std::string LossGradientsText(const std::vector<GradCheckResult>& results) {
  std::vector<std::vector<std::string>> table = {
      {"parameter", "checked", "skipped", "worst", "analytic", "numeric", "relative error"}};
  for (const GradCheckResult& result : results) {
    const bool agrees = result.relative_error < kGradientTolerance;
    table.push_back({result.parameter, absl::StrCat(result.num_checked),
                     absl::StrCat(result.num_skipped), absl::StrCat(result.element),
                     absl::StrFormat("%.9g", result.analytic),
                     absl::StrFormat("%.9g", result.numeric),
                     absl::StrFormat("%.1e%s", result.relative_error, agrees ? "" : " !")});
  }
  return absl::StrCat(
      TextTable(table, "lr"),
      "\nOf each parameter, the checked element with the largest error; errors are relative to "
      "the\n"
      "parameter's largest gradient. Skipped: too near to a kink of the loss to tell.\n",
      GradientsAgree(results)
          ? absl::StrFormat("All relative errors are below %.0e.\n", kGradientTolerance)
          : absl::StrFormat("WRONG: some relative error is not below %.0e.\n", kGradientTolerance));
}

std::string LossGradientsJson(const std::vector<GradCheckResult>& results) {
  Json json = {{"tolerance", kGradientTolerance}, {"agree", GradientsAgree(results)}};
  for (const GradCheckResult& result : results) {
    json["parameters"].push_back({{"parameter", result.parameter},
                                  {"checked", result.num_checked},
                                  {"skipped", result.num_skipped},
                                  {"element", result.element},
                                  {"analytic", result.analytic},
                                  {"numeric", result.numeric},
                                  {"relative_error", result.relative_error}});
  }
  return JsonText(json);
}

}  // namespace ladder
