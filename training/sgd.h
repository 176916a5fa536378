#ifndef LADDER_TRAINING_SGD_H_
#define LADDER_TRAINING_SGD_H_

#include "kernels/optimizer_step.h"
#include "training/optimizer.h"

namespace ladder {

struct SgdOptions {
  double learning_rate = 0.01;
  double momentum = 0;    // in [0, 1)
  bool nesterov = false;  // looks ahead: steps along g + momentum m instead of m
  // Adds this fraction of each element to its gradient (L2 regularization). 0: none.
  double weight_decay = 0;
};

// Stochastic gradient descent with momentum, as PyTorch and Keras (up to the place of the learning
// rate) define it:
//
//   m = momentum m + g        value -= learning_rate m
//
// State: "m".
class Sgd : public Optimizer {
 public:
  explicit Sgd(ParameterSet* parameters, const SgdOptions& options = {});

 private:
  void Prepare() override;
  bool UpdateRange(Context& context, const Range& range) override;

  const SgdOptions options_;
  kernels::SgdCoefficients coefficients_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_SGD_H_
