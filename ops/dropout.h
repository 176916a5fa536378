#ifndef LADDER_OPS_DROPOUT_H_
#define LADDER_OPS_DROPOUT_H_

#include "autodiff/tape.h"
#include "base/philox.h"

namespace ladder {

// Sets each element to 0 with probability `rate` and scales the others, so that the mean stays
// (Srivastava et al. 2014). For training; predicting is leaving it out.
//
//   y = x / (1 - rate) where u(key, position) >= rate, 0 elsewhere     dx += dy likewise
//
// u is uniform over (0, 1) and a pure function of the key and the position in x: use another key
// in each layer and step. Dies unless 0 <= rate <= 1.
Variable Dropout(Variable x, Real rate, RandomKey key);

}  // namespace ladder

#endif  // LADDER_OPS_DROPOUT_H_
