#ifndef LADDER_OPS_SHAPE_OPS_H_
#define LADDER_OPS_SHAPE_OPS_H_

#include <cstdint>

#include "autodiff/tape.h"

// Operations that move elements and compute nothing.

namespace ladder {

// Entries [begin, end) along the first axis, without a copy: y shares the memory of x.
//
//   y = x[begin:end]     dx[begin:end] += dy     x: [m, ...]     y: [end - begin, ...]
//
// 0 <= begin <= end <= m.
Variable Rows(Variable x, int64_t begin, int64_t end);

}  // namespace ladder

#endif  // LADDER_OPS_SHAPE_OPS_H_
