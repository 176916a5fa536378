#include "ops/kernels/gemm.h"

#include <cblas.h>

#include <algorithm>

#include "autodiff/profile.h"
#include "base/check.h"
#include "base/thread_pool.h"

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

CBLAS_TRANSPOSE Trans(const Matrix& a) { return a.transposed ? CblasTrans : CblasNoTrans; }
int64_t LeadingSize(const Matrix& a) {
  return std::max<int64_t>(1, a.transposed ? a.rows : a.cols);
}

// Of a size that Product has checked.
blasint BlasInt(int64_t size) { return static_cast<blasint>(size); }

#ifdef LADDER_REAL_IS_DOUBLE
constexpr auto kBlasGemm = cblas_dgemm;
#else
constexpr auto kBlasGemm = cblas_sgemm;
#endif

void Product(Context& context, const Matrix& a, const Matrix& b, Real beta, Tensor c) {
  const int64_t m = a.rows, n = b.cols, k = a.cols;
  LADDER_CHECK(b.rows == k && c.shape().rows() == m && c.shape().cols() == n)
      << "matrix product of [" << m << ", " << k << "] and [" << b.rows << ", " << n << "] into "
      << c.shape();
  LADDER_CHECK(std::max({m, n, k}) <= INT32_MAX) << "BLAS counts rows and columns in 32 bits";
  if (m == 0 || n == 0) return;
  if (Profile* profile = context.profile()) {
    profile->AddProduct({m, n, k, a.transposed, b.transposed, beta != 0});
  }
  // BLAS's threads and ours would fight for the cores.
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
  const bool cut_rows = m > n;
  const int64_t size = cut_rows ? m : n;
  ParallelFor(context.pool(), size, BandSize(size, m * n * k), [&](int64_t begin, int64_t end) {
    const int64_t lda = LeadingSize(a), ldb = LeadingSize(b);
    const int64_t row = cut_rows ? begin : 0, rows = cut_rows ? end - begin : m;
    const int64_t col = cut_rows ? 0 : begin, cols = cut_rows ? n : end - begin;
    kBlasGemm(CblasRowMajor, Trans(a), Trans(b), BlasInt(rows), BlasInt(cols), BlasInt(k), Real{1},
              a.data + (a.transposed ? row : row * lda), BlasInt(lda),
              b.data + (b.transposed ? col * ldb : col), BlasInt(ldb), beta,
              c.data() + row * n + col, BlasInt(n));
  });
}

}  // namespace

Matrix AsMatrix(Tensor tensor) {
  return {tensor.data(), tensor.shape().rows(), tensor.shape().cols()};
}

Matrix Transposed(Matrix matrix) {
  return {matrix.data, matrix.cols, matrix.rows, !matrix.transposed};
}

void Gemm(Context& context, Matrix a, Matrix b, Tensor c) { Product(context, a, b, 0, c); }

void GemmAdd(Context& context, Matrix a, Matrix b, Tensor c) { Product(context, a, b, 1, c); }

void GemmGradient(Context& context, Matrix a, Matrix b, Gradient c) {
  Product(context, a, b, c.add ? 1 : 0, c.tensor);
}

}  // namespace ladder::kernels
