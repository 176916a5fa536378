#ifndef LADDER_TRAINING_ADAM_H_
#define LADDER_TRAINING_ADAM_H_

#include "kernels/optimizer_step.h"
#include "training/optimizer.h"

namespace ladder {

struct AdamOptions {
  // Where epsilon is added, with c1 = 1 - beta1^t and c2 = 1 - beta2^t, the bias corrections.
  enum class EpsilonPlacement {
    // step = learning_rate sqrt(c2) / c1  m / (sqrt(v) + epsilon). Section 2 of the paper ("the
    // order of computation"), and so Blocks, TensorFlow and Keras.
    kOutsideCorrection,
    // step = learning_rate / c1  m / (sqrt(v / c2) + epsilon). The paper's Algorithm 1, and so
    // PyTorch.
    kInsideCorrection,
  };

  double learning_rate = 0.002;
  double beta1 = 0.9;     // in [0, 1)
  double beta2 = 0.999;   // in [0, 1)
  double epsilon = 1e-8;  // positive
  EpsilonPlacement epsilon_placement = EpsilonPlacement::kOutsideCorrection;
  // Shrinks each element by this fraction of itself times learning_rate before each step, apart
  // from its gradient: AdamW (Loshchilov and Hutter 2019, "Decoupled weight decay
  // regularization"). 0: none.
  double weight_decay = 0;
};

// Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization").
//
//   m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2        value -= step
//
// States: "m", "v".
class Adam : public Optimizer {
 public:
  explicit Adam(ParameterSet* parameters, const AdamOptions& options = {});

 private:
  void Prepare() override;
  bool UpdateRange(Context& context, const Range& range) override;

  const AdamOptions options_;
  kernels::AdamCoefficients coefficients_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_ADAM_H_
