#include "training/schedule.h"

#include "base/check.h"

namespace ladder {

double LinearDecay(double initial, int num_epochs, double decay_start_fraction, int epoch) {
  LADDER_CHECK(1 <= epoch && epoch <= num_epochs) << "got epoch " << epoch << " of " << num_epochs;
  LADDER_CHECK(0 <= decay_start_fraction && decay_start_fraction <= 1)
      << "got decay_start_fraction = " << decay_start_fraction;
  const double decay_start = num_epochs * decay_start_fraction;
  const int num_done = epoch - 1;
  if (num_done <= decay_start) return initial;
  return initial * (num_epochs - num_done) / (num_epochs - decay_start);
}

}  // namespace ladder
