#ifndef LADDER_LADDER_VIRTUAL_ADVERSARIAL_H_
#define LADDER_LADDER_VIRTUAL_ADVERSARIAL_H_

#include <cstdint>
#include <vector>

#include "autodiff/tape.h"
#include "ladder/encoder.h"
#include "ladder/experiment.pb.h"
#include "tensor/context.h"
#include "tensor/owned_tensor.h"

// Virtual adversarial perturbations (Miyato et al. 2017, "Virtual adversarial training", arXiv
// 1704.03976) of a ladder network's corrupted path (Shinoda et al. 2017, "Virtual adversarial
// ladder networks for semi-supervised learning", arXiv 1711.07476).
//
// The perturbation of level l moves each row of z~_l by epsilon_l to where the prediction changes
// most. With p(z~_l + r) the prediction from there on, by the same weights and the same noise,
//
//   D_l(r) = KL(p(z~_l), p(z~_l + r)) >= D_l(0) = 0,
//
// that is along the main axis of D_l's curvature, which power iterations approach from a random
// direction d, each row of which has norm 1:
//
//   d <- grad D_l(xi d) / |grad D_l(xi d)|        r_l = epsilon_l d

namespace ladder {

// The divergence of two predictions, in nats, the mean over rows.
//
//   y = mean of sum_j p_j (ln p_j - ln q_j)      logits: [rows, ..., classes]     y: []
Variable KlDivergence(Variable p_logits, Variable q_logits);

// x with each row, [rows, ...], divided by its L2 norm. Zeros stay zeros. Of constants: it has no
// right gradient at zero.
Variable UnitRows(Variable x);

// Directions in which to perturb the levels of one step's corrupted path.
struct Perturbations {
  uint32_t step = 0;
  std::vector<OwnedTensor> directions;  // of each perturbed level: along r_l, [rows, ...]
};

class VirtualAdversary {
 public:
  // `config` is resolved; without virtual_adversarial no level is perturbed.
  VirtualAdversary(const Model& config, uint64_t seed);

  // Levels [0, num_levels()) are perturbed.
  int num_levels() const { return static_cast<int>(epsilons_.size()); }

  // Finds the perturbations for a corrupted path, on tapes of its own: the context has none alive.
  // D is the mean over rows from `first_row` on; a row that none of these depends on is not moved.
  // `reuse`: those of an earlier step, whose memory these take.
  Perturbations Find(Context* context, const LadderEncoder& encoder, Tensor inputs,
                     const PerLevel<int64_t>& group_rows, int64_t first_row, uint32_t step,
                     Perturbations reuse = {}) const;

  // r_l, a constant: [rows, ...] of level l.
  Variable Perturbation(Tape& tape, const Perturbations& perturbations, int l) const;

  // Of the random direction that level l starts from.
  RandomKey StartKey(int l, uint32_t step) const;

 private:
  const VirtualAdversarial config_;
  const uint64_t seed_;
  const std::vector<Real> epsilons_;
};

}  // namespace ladder

#endif  // LADDER_LADDER_VIRTUAL_ADVERSARIAL_H_
