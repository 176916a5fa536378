#ifndef LADDER_KERNELS_GEMM_H_
#define LADDER_KERNELS_GEMM_H_

#include <cstdint>

#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder::kernels {

// A matrix as it enters a product: rows x cols, stored row-major, or column-major if transposed.
struct Matrix {
  Real* data;
  int64_t rows, cols;
  bool transposed = false;
};

// A tensor of rank >= 1 seen as its rows() x cols().
Matrix AsMatrix(Tensor tensor);
Matrix Transposed(Matrix matrix);

// c = a b, or c += a b.   a: [m, k]   b: [k, n]   c: m rows of n
//
// Theory of operation: BLAS runs on one thread, and the pool's threads each call it for bands of c.
// The bands are cut by the sizes alone and no sum over k is split, so the bits do not depend on the
// number of threads.
void Gemm(Context& context, Matrix a, Matrix b, Output c);

// c = a b or c += a b on the calling thread alone, for a task that makes its operand itself. Before
// the tasks are run, PlanProduct is called for each of their products; it needs no data.
void GemmOnThread(Matrix a, Matrix b, bool add, Real* c);
void PlanProduct(Context& context, const Matrix& a, const Matrix& b, bool add);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_GEMM_H_
