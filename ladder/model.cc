#include "ladder/model.h"

#include <utility>
#include <vector>

#include "base/check.h"
#include "kernels/host.h"
#include "ladder/level_shapes.h"
#include "ops/activation.h"
#include "ops/arithmetic.h"
#include "ops/losses.h"
#include "ops/reduction.h"
#include "ops/shape_ops.h"
#include "ops/softmax.h"

namespace ladder {

namespace {

std::vector<Shape> CheckedLevelShapes(const Model& model, absl::Span<const int64_t> example_shape) {
  absl::StatusOr<std::vector<Shape>> shapes = LevelShapes(model, FieldLocations(), example_shape);
  LADDER_CHECK(shapes.ok()) << shapes.status();
  return *std::move(shapes);
}

}  // namespace

PredictionOptions ToPredictionOptions(const Training& config) {
  return {.has_labeled_statistics = config.prediction_statistics() == Training::BOTH,
          .has_prior_ratio = config.prior_correction()};
}

LadderModel::LadderModel(const Model& config, absl::Span<const int64_t> example_shape,
                         uint64_t seed, PredictionOptions prediction, bool dry_run)
    : config_(config),
      prediction_(prediction),
      parameters_(dry_run),
      statistics_(dry_run),
      encoder_(config_, CheckedLevelShapes(config_, example_shape), seed,
               prediction.has_labeled_statistics, &parameters_, &statistics_),
      decoder_(config_, encoder_, seed, &parameters_),
      adversary_(config_, seed) {
  if (prediction.has_prior_ratio) {
    prior_ratio_ = &statistics_.Add("prior_ratio", {num_classes()}, Constant(1));
  }
  LADDER_CHECK(config_.target() == Model::CLASS || adversary_.num_levels() == 0)
      << "virtual adversarial perturbations change predictions of classes";
}

Variable LadderModel::Output(Variable logits) const {
  switch (config_.target()) {
    case Model::NUMBERS:
      return logits;
    case Model::LABELS:
      return Sigmoid(logits);
    case Model::CLASS:
      break;
  }
  return Softmax(logits);
}

Variable LadderModel::SupervisedCost(Variable logits, const LadderBatch& batch) const {
  switch (config_.target()) {
    case Model::NUMBERS:
      return MeanSquaredErrorOfKnown(logits, batch.targets);
    case Model::LABELS:
      return BinaryCrossEntropyOfKnown(logits, batch.targets);
    case Model::CLASS:
      break;
  }
  return SoftmaxCrossEntropy(logits, batch.labels, batch.weights);
}

LadderModel::Cut LadderModel::CutBatch(const LadderBatch& batch) const {
  const int64_t rows = batch.inputs.shape()[0];
  const int64_t labeled = batch.num_labeled();
  LADDER_CHECK(1 <= labeled && labeled <= rows)
      << "a batch of " << rows << " rows with " << labeled << " labels";
  const int64_t first = config_.decoded_rows() == Model::UNLABELED ? labeled : 0;
  LADDER_CHECK(first < rows || !(decoder_.is_used() || adversary_.num_levels() > 0))
      << "a batch without unlabeled rows, which this model needs";
  const bool is_cut = config_.batch_norm_groups() == Model::SEPARATE && labeled < rows;
  Cut cut = {.groups = {rows}, .decoded_groups = {rows - first}, .first = first};
  if (is_cut) cut.groups = {labeled, rows - labeled};
  if (first == 0) cut.decoded_groups = cut.groups;
  return cut;
}

Perturbations LadderModel::FindPerturbations(Context* context, const LadderBatch& batch,
                                             uint32_t step, Perturbations reuse) const {
  if (adversary_.num_levels() == 0) return {};
  const Cut cut = CutBatch(batch);
  return adversary_.Find(context, encoder_, batch.inputs, cut.groups, cut.first, step,
                         std::move(reuse));
}

LadderStep LadderModel::BuildLoss(Tape& tape, const LadderBatch& batch, uint32_t step,
                                  const Perturbations& found) const {
  const int64_t rows = batch.inputs.shape()[0];
  const int64_t labeled = batch.num_labeled();
  const Cut cut = CutBatch(batch);
  const PerLevel<Variable> r = UsePerturbations(tape, found, step, rows);
  const bool is_noise = config_.virtual_adversarial().use() == VirtualAdversarial::NOISE;

  // Both paths of Algorithm 1: z~(l), h~(l) of all rows, and z(l), mu(l), sigma(l) of those
  // decoded.
  LadderEncoder::Path corrupted = {tape.Constant(batch.inputs), cut.groups};
  if (is_noise) corrupted.perturbations = r;
  const LadderEncoder::Path clean = CleanPath(tape, batch, cut);
  LadderStep result;
  if (config_.stop_gradient_at_targets()) {
    // The clean path has no gradient: apart, it costs nothing on the way back.
    result.corrupted = encoder_.Encode(tape, corrupted, {}, step).corrupted;
    result.clean = encoder_.Encode(tape, {}, clean, step).clean;
  } else {
    LadderEncoder::Paths paths = encoder_.Encode(tape, corrupted, clean, step);
    result.corrupted = std::move(paths.corrupted);
    result.clean = std::move(paths.clean);
  }

  // The supervised cost: of the labeled rows' corrupted outputs.
  const Variable logits = encoder_.Logits(tape, result.corrupted.back().z);  // [rows, outputs]
  result.supervised = SupervisedCost(Rows(logits, 0, labeled), batch);       // []
  result.loss = result.supervised;
  if (!is_noise && !r.empty()) AddAdversarialCost(tape, cut, logits, r, step, &result);
  if (!decoder_.is_used()) return result;

  // The denoising costs, of rows [cut.first, rows): sum over l of lambda(l) C(l).
  const int64_t clean_first = clean.x.shape()[0] - (rows - cut.first);
  if (clean_first > 0) {  // joined statistics are of all rows, of which not all are decoded
    for (EncodedLevel& level : result.clean) {
      level.z = Rows(level.z, clean_first, clean.x.shape()[0]);
    }
  }
  result.decoded = decoder_.Decode(tape, result.corrupted, Output(logits), cut.first, result.clean,
                                   cut.decoded_groups);
  for (int l = encoder_.num_layers(); l >= decoder_.bottom(); --l) {
    if (!result.decoded[l].cost) continue;
    const Variable weight = tape.Scalar(decoder_.level(l).cost_weight);
    result.loss = Add(result.loss, Multiply(result.decoded[l].cost, weight));
  }
  return result;
}

PerLevel<Variable> LadderModel::UsePerturbations(Tape& tape, const Perturbations& found,
                                                 uint32_t step, int64_t rows) const {
  PerLevel<Variable> r;
  for (int l = 0; l < adversary_.num_levels(); ++l) {
    LADDER_CHECK(found.step == step && static_cast<int>(found.directions.size()) > l &&
                 found.directions[l].tensor().shape()[0] == rows)
        << "perturbations of step " << found.step << " for " << found.directions.size()
        << " levels in step " << step << " of " << rows << " rows";
    r.push_back(adversary_.Perturbation(tape, found, l));
  }
  return r;
}

LadderEncoder::Path LadderModel::CleanPath(Tape& tape, const LadderBatch& batch,
                                           const Cut& cut) const {
  if (!decoder_.is_used()) return {};
  const int64_t rows = batch.inputs.shape()[0];
  const int top = decoder_.target_top();
  if (config_.batch_norm_groups() == Model::SEPARATE) {
    return {tape.Constant(batch.inputs.Rows(cut.first, rows)), cut.decoded_groups, top};
  }
  // Joined statistics are those of all rows, also where only some are decoded.
  return {tape.Constant(batch.inputs), cut.groups, top};
}

void LadderModel::AddAdversarialCost(Tape& tape, const Cut& cut, Variable logits,
                                     const PerLevel<Variable>& r, uint32_t step,
                                     LadderStep* result) const {
  const int64_t rows = logits.shape()[0];
  Variable p = Rows(logits, cut.first, rows);
  if (config_.virtual_adversarial().stop_gradient_at_prediction()) p = StopGradient(p);
  Variable& sum = result->virtual_adversarial;
  for (int l = 0; l < adversary_.num_levels(); ++l) {
    // D(l) = KL(p(z~(l)), p(z~(l) + r(l))): [].
    const Variable z = Add(result->corrupted[l].z, r[l]);
    const LadderEncoder::Rest rest = encoder_.LogitsFrom(tape, l, z, cut.groups, step);
    const Variable divergence = KlDivergence(p, Rows(rest.logits, cut.first, rows));
    sum = sum ? Add(sum, divergence) : divergence;
    result->perturbed_h.insert(result->perturbed_h.end(), rest.h.begin(), rest.h.end());
  }
  const Real weight = static_cast<Real>(config_.virtual_adversarial().cost_weight());
  result->loss = Add(result->loss, Multiply(sum, tape.Scalar(weight)));
}

Variable LadderModel::PredictOutput(Tape& tape, Variable x) const {
  Variable output = Output(Predict(tape, x));  // [rows, outputs]
  if (prediction_.has_labeled_statistics) {
    const Variable other = Output(Predict(tape, x, StatisticsSet::kLabeled));
    output = Affine(Add(output, other), Real{0.5}, 0);
  }
  if (prior_ratio_ != nullptr) {
    output = Multiply(output, tape.Constant(prior_ratio_->value()));
    output = Divide(output, Sum(output, {-1}, /*keepdims=*/true));
  }
  return output;
}

void LadderModel::EstimateStatistics(Context* context, int64_t num_batches,
                                     absl::FunctionRef<Tensor(int64_t batch)> inputs,
                                     StatisticsSet set) {
  LADDER_CHECK(num_batches >= 1) << "statistics of no batch";
  const int top = encoder_.num_layers();
  std::vector<std::vector<double>> means(top + 1), variances(top + 1);
  for (int l = 1; l <= top; ++l) {
    means[l].resize(encoder_.features(l));
    variances[l].resize(encoder_.features(l));
  }
  for (int64_t batch = 0; batch < num_batches; ++batch) {
    Tape tape(context);
    const Variable x = tape.Constant(inputs(batch));
    const PerLevel<EncodedLevel> clean =
        encoder_.Encode(tape, {}, {x, {x.shape()[0]}, top}, 0).clean;
    for (int l = 1; l <= top; ++l) {
      // The numbers that a feature's statistics are of: rows, and places in an image.
      const double n = static_cast<double>(clean[l].z.shape().rows());
      const double unbiased = n > 1 ? n / (n - 1) : 1;
      const std::vector<Real> mean = kernels::ToHost(clean[l].mean.value());
      const std::vector<Real> variance = kernels::ToHost(clean[l].variance.value());
      for (int64_t j = 0; j < encoder_.features(l); ++j) {
        means[l][j] += mean[j] / static_cast<double>(num_batches);
        variances[l][j] += unbiased * variance[j] / static_cast<double>(num_batches);
      }
    }
  }
  for (int l = 1; l <= top; ++l) {
    const EncoderLayer& layer = encoder_.layer(l);
    const bool is_first = set == StatisticsSet::kFirst;
    const Parameter& mean = *(is_first ? layer.mean : layer.labeled_mean);
    const Parameter& variance = *(is_first ? layer.variance : layer.labeled_variance);
    kernels::FromHost(std::vector<Real>(means[l].begin(), means[l].end()), mean.value());
    kernels::FromHost(std::vector<Real>(variances[l].begin(), variances[l].end()),
                      variance.value());
  }
}

}  // namespace ladder
