#ifndef LADDER_OPS_NOISE_H_
#define LADDER_OPS_NOISE_H_

#include "autodiff/tape.h"
#include "base/philox.h"

namespace ladder {

// Additive Gaussian noise.
//
//   y = x + stddev n, n ~ N(0, 1) independent      x, y: any shape      dx += dy
//
// The noise is a pure function of the key and an element's position (kernels/random.h): the
// same key gives the same noise. stddev >= 0; with 0, y is x itself.
Variable GaussianNoise(Variable x, Real stddev, RandomKey key);

}  // namespace ladder

#endif  // LADDER_OPS_NOISE_H_
