#ifndef LADDER_KERNELS_BLAS_H_
#define LADDER_KERNELS_BLAS_H_

#include <cstdint>

#include "tensor/tensor.h"

namespace ladder::kernels {

// The library's matrix product: oneDNN's for floats, OpenBLAS's for doubles, which oneDNN lacks.
// c = op(a) op(b) or c += op(a) op(b), all row-major with rows lda, ldb and ldc elements apart.
//   op(a): [m, k]   op(b): [k, n]   c: [m, n]   all within 32 bits
void BlasGemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const Real* a,
              int64_t lda, const Real* b, int64_t ldb, bool add, Real* c, int64_t ldc);

// How many threads of the library's own work at the products called on this thread from now on.
// OpenBLAS has one number for all threads: it must not change while another thread multiplies.
void SetBlasThreads(int num_threads);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_BLAS_H_
