#include "ladder/virtual_adversarial.h"

#include <utility>

#include "kernels/elementwise.h"
#include "ladder/random_streams.h"
#include "ops/arithmetic.h"
#include "ops/noise.h"
#include "ops/reduction.h"
#include "ops/shape_ops.h"
#include "ops/softmax.h"

namespace ladder {

Variable KlDivergence(Variable p_logits, Variable q_logits) {
  const Variable difference = LogSoftmax(p_logits) - LogSoftmax(q_logits);
  return Sum(Softmax(p_logits) * difference) / static_cast<Real>(q_logits.shape().rows());
}

Variable UnitRows(Variable x) {
  constexpr Real kTiny = Real{1e-30};  // makes 0 / 0 a 0
  const Variable rows = Reshape(x, {x.shape()[0], -1});
  // Divided by the largest element first: squares of small gradients would vanish.
  const Variable scaled = rows / (Max(Abs(rows), {1}, /*keepdims=*/true) + kTiny);
  const Variable norms = Sqrt(Sum(Square(scaled), {1}, /*keepdims=*/true) + kTiny);
  return Reshape(scaled / norms, x.shape().sizes());
}

VirtualAdversary::VirtualAdversary(const Model& config, uint64_t seed)
    : config_(config.virtual_adversarial()),
      seed_(seed),
      epsilons_(config_.epsilon().begin(), config_.epsilon().end()) {}

Perturbations VirtualAdversary::Find(Context* context, const LadderEncoder& encoder, Tensor inputs,
                                     const PerLevel<int64_t>& group_rows, int64_t first_row,
                                     uint32_t step, Perturbations reuse) const {
  const int64_t rows = inputs.shape()[0];
  const Real xi = static_cast<Real>(config_.xi());
  Perturbations found = std::move(reuse);
  found.step = step;
  found.directions.resize(epsilons_.size());
  for (int i = 0; i < config_.power_iterations(); ++i) {
    Tape tape(context, {.parameter_gradients = false});
    const PerLevel<EncodedLevel> corrupted =
        encoder.Encode(tape, {tape.Constant(inputs), group_rows}, {}, step).corrupted;
    const Variable p = Rows(encoder.Logits(tape, corrupted.back().z), first_row, rows);
    PerLevel<Variable> perturbed;  // z~_l + xi d
    Variable sum;                  // of all D_l: each depends on its own perturbation alone
    for (int l = 0; l < num_levels(); ++l) {
      const Variable z = corrupted[l].z;
      const Variable d =
          UnitRows(i == 0 ? GaussianNoise(tape.Zeros(z.shape()), 1, StartKey(l, step))
                          : tape.Constant(found.directions[l].tensor()));
      perturbed.push_back(tape.Input((z + d * xi).value()));
      const Variable q = encoder.LogitsFrom(tape, l, perturbed[l], group_rows, step).logits;
      const Variable divergence = KlDivergence(p, Rows(q, first_row, rows));
      sum = sum ? sum + divergence : divergence;
    }
    tape.Backward(sum);
    for (int l = 0; l < num_levels(); ++l) {
      const Tensor gradient = perturbed[l].grad();
      found.directions[l].Resize(gradient.shape());
      kernels::Copy(*context, gradient, found.directions[l].tensor());
    }
  }
  return found;
}

Variable VirtualAdversary::Perturbation(Tape& tape, const Perturbations& perturbations,
                                        int l) const {
  return UnitRows(tape.Constant(perturbations.directions[l].tensor(), "perturbation")) *
         epsilons_[l];
}

RandomKey VirtualAdversary::StartKey(int l, uint32_t step) const {
  return {.seed = seed_, .stream = kAdversaryStream + static_cast<uint32_t>(l), .step = step};
}

}  // namespace ladder
