#include "kernels/gemm.h"

#include <algorithm>

#include "base/check.h"
#include "base/thread_pool.h"
#include "kernels/blas.h"
#include "tensor/profile.h"

namespace ladder::kernels {
namespace {

// Below this many multiplications a product takes less time than handing out its bands.
constexpr int64_t kMinProductToCut = int64_t{1} << 20;
constexpr int64_t kMinBand = 128;
// A band starts at a multiple of the widest register tile that BLAS kernels have.
constexpr int64_t kBandUnit = 16;

// Multiplications in a band, a millisecond of work or two: BLAS packs the other operand anew for
// each band, and so wants few.
constexpr int64_t kBandProduct = int64_t{1} << 26;

// One band's height or width, for an even number of bands if the product is worth cutting at all.
int64_t BandSize(int64_t size, int64_t multiplications) {
  if (multiplications < kMinProductToCut || size < 2 * kMinBand) return std::max<int64_t>(size, 1);
  const int64_t pairs = (multiplications + 2 * kBandProduct - 1) / (2 * kBandProduct);
  const int64_t bands = std::min(2 * pairs, size / kMinBand);
  const int64_t band = (size + bands - 1) / bands;
  return (band + kBandUnit - 1) / kBandUnit * kBandUnit;
}

int64_t LeadingSize(const Matrix& a) {
  return std::max<int64_t>(1, a.transposed ? a.rows : a.cols);
}

// The part of c = a b or c += a b from `row` and `col` on that is rows x cols; all have their
// strides.
void Part(const Matrix& a, const Matrix& b, bool add, Real* c, int64_t row, int64_t col,
          int64_t rows, int64_t cols) {
  const int64_t lda = LeadingSize(a), ldb = LeadingSize(b), n = b.cols;
  SetBlasThreads(1);  // theirs and the pool's would fight for the cores
  BlasGemm(a.transposed, b.transposed, rows, cols, a.cols,
           a.data + (a.transposed ? row : row * lda), lda,
           b.data + (b.transposed ? col * ldb : col), ldb, add, c + row * n + col, n);
}

}  // namespace

Matrix AsMatrix(Tensor tensor) {
  return {tensor.data(), tensor.shape().rows(), tensor.shape().cols()};
}

Matrix Transposed(Matrix matrix) {
  return {matrix.data, matrix.cols, matrix.rows, !matrix.transposed};
}

void Gemm(Context& context, Matrix a, Matrix b, Output c) {
  const int64_t m = a.rows, n = b.cols, k = a.cols;
  const Shape& shape = c.tensor.shape();
  LADDER_CHECK(shape.rows() == m && shape.cols() == n)
      << "matrix product of [" << m << ", " << k << "] and [" << b.rows << ", " << n << "] into "
      << shape;
  if (m == 0 || n == 0) return;
  PlanProduct(context, a, b, c.add);
  const bool cut_rows = m > n;
  const int64_t size = cut_rows ? m : n;
  ParallelFor(context.pool(), size, BandSize(size, m * n * k), [&](int64_t begin, int64_t end) {
    const int64_t row = cut_rows ? begin : 0, rows = cut_rows ? end - begin : m;
    const int64_t col = cut_rows ? 0 : begin, cols = cut_rows ? n : end - begin;
    Part(a, b, c.add, c.tensor.data(), row, col, rows, cols);
  });
}

void PlanProduct(Context& context, const Matrix& a, const Matrix& b, bool add) {
  const int64_t m = a.rows, n = b.cols, k = a.cols;
  LADDER_CHECK(b.rows == k) << "matrix product of [" << m << ", " << k << "] and [" << b.rows
                            << ", " << n << "]";
  LADDER_CHECK(std::max({m, n, k}) <= INT32_MAX) << "BLAS counts rows and columns in 32 bits";
  if (Profile* profile = context.profile()) {
    profile->AddProduct({m, n, k, a.transposed, b.transposed, add});
  }
  SetBlasThreads(1);
}

void GemmOnThread(Matrix a, Matrix b, bool add, Real* c) {
  if (a.rows == 0 || b.cols == 0) return;
  Part(a, b, add, c, 0, 0, a.rows, b.cols);
}

}  // namespace ladder::kernels
