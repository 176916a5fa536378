#ifndef LADDER_DATA_SYNTHETIC_H_
#define LADDER_DATA_SYNTHETIC_H_

#include <cstdint>

#include "base/philox.h"
#include "data/dataset.h"

namespace ladder {

// Two interleaved half circles in the plane, as scikit-learn's make_moons defines them: examples of
// shape {2} in random order, with Gaussian noise on both coordinates. For t spread evenly over
// [0, pi], both ends included:
//
//   class 0, num_examples / 2 (rounded down):  (cos t, sin t)
//   class 1, the rest:                         (1 - cos t, 1/2 - sin t)
//
// num_examples >= 2; noise_stddev >= 0.
Dataset TwoMoons(int64_t num_examples, double noise_stddev, RandomKey key);

}  // namespace ladder

#endif  // LADDER_DATA_SYNTHETIC_H_
