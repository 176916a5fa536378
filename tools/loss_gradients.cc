#include "tools/loss_gradients.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json_text.h"
#include "base/philox.h"
#include "base/text_table.h"

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

void Perturb(ParameterSet& parameters) {
  PhiloxSequence random({.seed = 1});
  for (const auto& parameter : parameters.parameters()) {
    const Tensor value = parameter->value();
    for (int64_t i = 0; i < value.size(); ++i) {
      value[i] += static_cast<Real>(kPerturbation * random.Normal());
    }
  }
}

// Fowler, Noll and Vo's hash.
class Hash {
 public:
  void Add(uint64_t number) { value_ = (value_ ^ number) * 1099511628211u; }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_ = 14695981039346656037u;
};

// Which relus are on. h: null at the top.
void AddSigns(Variable h, Hash* hash) {
  if (!h) return;
  for (int64_t i = 0; i < h.value().size(); ++i) hash->Add(h.value()[i] > 0 ? 1 : 0);
}

// Which value each window takes. x: [rows, height, width, channels], y: the maxima.
void AddMaxima(const MaxPool& pool, Tensor x, Tensor y, Hash* hash) {
  const Shape& in = x.shape();
  const Shape& out = y.shape();
  for (int64_t i = 0; i < y.size(); ++i) {
    const int64_t channel = i % out[3];
    const int64_t left = i / out[3] % out[2] * pool.stride();
    const int64_t top = i / out[3] / out[2] % out[1] * pool.stride();
    const int64_t row = i / out[3] / out[2] / out[1];
    int64_t largest = -1;
    for (int64_t h = top; h < std::min(top + pool.window(), in[1]); ++h) {
      for (int64_t w = left; w < std::min(left + pool.window(), in[2]); ++w) {
        const int64_t at = ((row * in[1] + h) * in[2] + w) * in[3] + channel;
        if (largest < 0 || x[at] > x[largest]) largest = at;
      }
    }
    hash->Add(static_cast<uint64_t>(largest));
  }
}

// Tells apart which relus of both paths are on, and what their poolings take.
uint64_t Piece(const LadderModel& model, const LadderStep& step) {
  Hash hash;
  for (const auto* path : {&step.corrupted, &step.clean}) {
    for (int l = 1; l < static_cast<int>(path->size()); ++l) {
      const Layer& layer = model.encoder().layer(l).config;
      if (layer.has_max_pool()) {
        AddMaxima(layer.max_pool(), (*path)[l - 1].h.value(), (*path)[l].z.value(), &hash);
      }
      if (layer.activation() != Layer::LINEAR) AddSigns((*path)[l].h, &hash);
    }
  }
  for (const Variable h : step.perturbed_h) AddSigns(h, &hash);
  return hash.value();
}

}  // namespace

std::vector<GradCheckResult> CheckLossGradients(const Experiment& experiment,
                                                const Dataset& dataset, const RowSplit& split,
                                                int64_t max_elements) {
  Context context({.num_threads = NumThreads(experiment.deployment())});
  LadderModel model(experiment.model(), dataset.example_shape, experiment.training().seed());
  Perturb(model.parameters());
  const SmallBatch small = MakeBatch(dataset, split, model.uses_unlabeled_rows());
  // Found once: the gradient is that with the perturbations held fixed.
  model.FindPerturbations(&context, small.batch, /*step=*/0);
  uint64_t piece = 0;
  const auto loss = [&](Tape& tape) {
    const LadderStep step = model.BuildLoss(tape, small.batch, /*step=*/0);
    piece = Piece(model, step);
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
