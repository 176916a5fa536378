#ifndef LADDER_TRAINING_WEIGHT_AVERAGE_H_
#define LADDER_TRAINING_WEIGHT_AVERAGE_H_

#include <cstdint>

#include "absl/types/optional.h"
#include "tensor/context.h"
#include "tensor/tensor.h"
#include "training/optimizer.h"

namespace ladder {

struct WeightAverageOptions {
  // Of an exponential moving average, in [0, 1). None: the mean, in which all steps count alike.
  absl::optional<double> decay = absl::nullopt;
  // How many steps of the optimizer are not averaged. Until then the average is the last weights.
  int64_t first_step = 0;
};

// The average of the parameters over an optimizer's steps, to predict with: it lies nearer to the
// middle of what training wanders around in than the last weights do.
//
//   a_n = a_{n-1} + r_n (w_n - a_{n-1})     w_n: the parameters after the n-th step averaged
//   r_n = 1 / n                             the mean (Polyak and Juditsky 1992)
//   r_n = (1 - decay) / (1 - decay^n)       an exponential moving average
//
// The latter is sum_k decay^(n - k) w_k over sum_k decay^(n - k), the bias correction of Adam:
// since r_1 = 1, no start value has a share in it.
//
// The averages are a state of the optimizer, so that a checkpoint has them. While they are in use,
// they are the parameters' values and the state holds the weights that training goes on from; that
// is how a checkpoint is saved and loaded, and so the state is named "raw".
class WeightAverage {
 public:
  // Adds the state, the parameters as they are; the optimizer must outlive this.
  WeightAverage(Context& context, Optimizer* optimizer, const WeightAverageOptions& options);

  // Takes in the parameters as they are after the optimizer's last step, while the averages are not
  // in use. One pass, with the same bits on any number of threads.
  void Update(Context& context);

  // Makes the averages the parameters' values, or gives these back to training. Does nothing if it
  // is so already.
  void Use(Context& context, bool averages);
  bool in_use() const { return in_use_; }

 private:
  Optimizer& optimizer_;
  const WeightAverageOptions options_;
  const Tensor state_;
  bool in_use_ = false;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_WEIGHT_AVERAGE_H_
