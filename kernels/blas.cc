#include "kernels/blas.h"

#include <algorithm>

#include "base/check.h"

#ifdef LADDER_REAL_IS_DOUBLE
#include <cblas.h>
#else
#include <dnnl.h>
#include <pthread.h>
#include <signal.h>

// Of the OpenMP library that oneDNN runs on; omp.h comes with a compiler, and not with each.
extern "C" void omp_set_num_threads(int num_threads);
#endif

namespace ladder::kernels {

#ifdef LADDER_REAL_IS_DOUBLE

void BlasGemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const Real* a,
              int64_t lda, const Real* b, int64_t ldb, bool add, Real* c, int64_t ldc) {
  const auto size = [](int64_t value) { return static_cast<blasint>(value); };
  const auto form = [](bool transpose) { return transpose ? CblasTrans : CblasNoTrans; };
  cblas_dgemm(CblasRowMajor, form(transpose_a), form(transpose_b), size(m), size(n), size(k), 1, a,
              size(lda), b, size(ldb), add ? 1 : 0, c, size(ldc));
}

void SetBlasThreads(int num_threads) {
  if (openblas_get_num_threads() != num_threads) openblas_set_num_threads(num_threads);
}

#else

namespace {

// Holds back the signals of this thread. Before 3.11.2, oneDNN's products for AVX2 and AVX-512 use
// the stack pointer for a buffer on the heap, so that the frame of a signal handler would overwrite
// what lies below it (https://github.com/uxlfoundation/oneDNN/issues/4845).
class WithoutSignals {
 public:
  WithoutSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old_);
  }
  ~WithoutSignals() { pthread_sigmask(SIG_SETMASK, &old_, nullptr); }
  WithoutSignals(const WithoutSignals&) = delete;
  WithoutSignals& operator=(const WithoutSignals&) = delete;

 private:
  sigset_t old_;
};

}  // namespace

void BlasGemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, const Real* a,
              int64_t lda, const Real* b, int64_t ldb, bool add, Real* c, int64_t ldc) {
  if (k == 0) {  // oneDNN would leave c as it is
    for (int64_t row = 0; row < m && !add; ++row) std::fill_n(c + row * ldc, n, Real{0});
    return;
  }
  const auto form = [](bool transpose) { return transpose ? 'T' : 'N'; };
  const WithoutSignals no_handler_runs;
  const dnnl_status_t status = dnnl_sgemm(form(transpose_a), form(transpose_b), m, n, k, 1, a, lda,
                                          b, ldb, add ? 1 : 0, c, ldc);
  LADDER_CHECK(status == dnnl_success)
      << "oneDNN's matrix product of [" << m << ", " << k << "] and [" << k << ", " << n
      << "] failed with dnnl_status_t " << status;
}

void SetBlasThreads(int num_threads) { omp_set_num_threads(num_threads); }

#endif

}  // namespace ladder::kernels
