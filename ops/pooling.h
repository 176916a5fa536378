#ifndef LADDER_OPS_POOLING_H_
#define LADDER_OPS_POOLING_H_

#include <cstdint>

#include "autodiff/tape.h"

// Operations that make images smaller and larger; each treats channels alike.
//
//   x: [N, H, W, C]     y: [N, H', W', C]
//
// What does not fit is a check failure.

namespace ladder {

// Windows of height x width, one every stride_height x stride_width pixels. Without ceil_mode they
// lie inside of the image:
//
//   H' = floor((H - height) / stride_height) + 1     height <= H
//
// With ceil_mode another one, that reaches over the edge, takes what they leave, if something is
// left at its place:
//
//   H' = max(0, ceil((H - height) / stride_height)) + 1, one less if the last would start outside
struct PoolOptions {
  int64_t height = 2, width = 2;                // at least 1
  int64_t stride_height = 2, stride_width = 2;  // at least 1
  bool ceil_mode = false;
};

// y = the largest of a window     dx += dy, at the first of the largest, row by row
// NaN if there is one, and then it passes no gradient on.
Variable MaxPool2d(Variable x, const PoolOptions& options);

// y = the mean of a window     dx += dy / n
// n is the number of its pixels inside of the image.
Variable AveragePool2d(Variable x, const PoolOptions& options);

// y = the mean of an image     dx += dy / (H W)     H' = W' = 1
Variable GlobalMeanPool2d(Variable x);

// y[i, j] = x[i / height_factor, j / width_factor], rounded down     dx += the sum of dy's block
// H' = H height_factor, W' = W width_factor; the factors are at least 1.
Variable UpsampleNearest2d(Variable x, int64_t height_factor, int64_t width_factor);

// Rows and columns of zeros around the image; a negative number takes rows or columns away.
//
//   y[i, j] = x[i - top, j - left], 0 outside     dx[i, j] += dy[i + top, j + left], inside of y
//
// H' = H + top + bottom >= 1, W' = W + left + right >= 1.
Variable Pad2d(Variable x, int64_t top, int64_t bottom, int64_t left, int64_t right);

}  // namespace ladder

#endif  // LADDER_OPS_POOLING_H_
