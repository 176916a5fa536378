#include "data/whitening.h"

#include <cblas.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"

// LAPACK's eigenvalues of a symmetric matrix by divide and conquer, which OpenBLAS has without a
// header. The last two are the lengths of the texts, as Fortran passes them.
extern "C" void dsyevd_(const char* jobz, const char* uplo, const blasint* n, double* a,
                        const blasint* lda, double* w, double* work, const blasint* lwork,
                        blasint* iwork, const blasint* liwork, blasint* info, size_t jobz_length,
                        size_t uplo_length);

namespace ladder {
namespace {

// Enough for a matrix product to run at full speed.
constexpr int64_t kRowsAtATime = 512;

// Calls body(rows) for the numbers of all examples, kRowsAtATime at a time.
void ForEachRows(const Dataset& dataset, absl::FunctionRef<void(absl::Span<const int64_t>)> body) {
  for (int64_t first = 0; first < dataset.num_examples(); first += kRowsAtATime) {
    std::vector<int64_t> rows(
        static_cast<size_t>(std::min(kRowsAtATime, dataset.num_examples() - first)));
    std::iota(rows.begin(), rows.end(), first);
    body(rows);
  }
}

std::vector<double> Mean(const Dataset& dataset) {
  const auto d = static_cast<size_t>(dataset.example_size());
  std::vector<double> mean(d);
  std::vector<double> x(kRowsAtATime * d);
  ForEachRows(dataset, [&](absl::Span<const int64_t> rows) {
    dataset.CopyRows(rows, x.data());
    const double* row = x.data();
    for (size_t i = 0; i < rows.size(); ++i, row += d) {
      for (size_t j = 0; j < d; ++j) mean[j] += row[j];
    }
  });
  for (double& value : mean) value /= static_cast<double>(dataset.num_examples());
  return mean;
}

// The upper triangle of the covariance, [d, d].
std::vector<double> Covariance(const Dataset& dataset, absl::Span<const double> mean) {
  const size_t d = mean.size();
  std::vector<double> covariance(d * d);
  std::vector<double> x(kRowsAtATime * d);
  ForEachRows(dataset, [&](absl::Span<const int64_t> rows) {
    dataset.CopyRows(rows, x.data());
    double* row = x.data();
    for (size_t i = 0; i < rows.size(); ++i, row += d) {
      for (size_t j = 0; j < d; ++j) row[j] -= mean[j];
    }
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, static_cast<blasint>(d),
                static_cast<blasint>(rows.size()),
                1.0 / static_cast<double>(dataset.num_examples()), x.data(),
                static_cast<blasint>(d), 1, covariance.data(), static_cast<blasint>(d));
  });
  return covariance;
}

// Overwrites a symmetric matrix [d, d], of which only the upper triangle is read, with its
// eigenvectors, one a row. Returns the eigenvalues, in ascending order, as many as d; fewer if the
// computation failed.
std::vector<double> Eigen(std::vector<double>* matrix, size_t d) {
  const auto n = static_cast<blasint>(d);
  const auto lwork = static_cast<blasint>(1 + 6 * d + 2 * d * d);
  const auto liwork = static_cast<blasint>(3 + 5 * d);
  std::vector<double> lambda(d);
  std::vector<double> work(static_cast<size_t>(lwork));
  std::vector<blasint> iwork(static_cast<size_t>(liwork));
  blasint info = 0;
  // LAPACK counts columns first: our upper triangle is its lower one, its columns are our rows.
  dsyevd_("V", "L", &n, matrix->data(), &n, lambda.data(), work.data(), &lwork, iwork.data(),
          &liwork, &info, 1, 1);
  if (info != 0) lambda.clear();
  return lambda;
}

}  // namespace

absl::StatusOr<Whitening> Whitening::Fit(const Dataset& dataset, double epsilon) {
  const auto d = static_cast<size_t>(dataset.example_size());
  LADDER_CHECK(dataset.num_examples() > 0 && d <= kMaxSize && epsilon > 0)
      << "got " << dataset.num_examples() << " examples of " << d << " values, epsilon " << epsilon;
  // One thread, so that any number of cores gives the same bits.
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
  const std::vector<double> mean = Mean(dataset);
  std::vector<double> u = Covariance(dataset, mean);
  for (size_t i = 0; i < d; ++i) u[i * d + i] += epsilon;
  const std::vector<double> lambda = Eigen(&u, d);
  // Below that an eigenvalue is rounding.
  const auto is_singular = [&] {
    return lambda.front() <= lambda.back() * static_cast<double>(d) * DBL_EPSILON;
  };
  if (lambda.empty() || is_singular()) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot whiten the inputs: their covariance with epsilon ", epsilon,
                     " on its diagonal is singular; a larger epsilon is needed"));
  }
  // W = V^T V with V = diag(lambda)^(-1/4) U^T: half the work, and symmetric to the last bit.
  for (size_t i = 0; i < d; ++i) {
    const double factor = 1 / std::sqrt(std::sqrt(lambda[i]));
    for (size_t j = 0; j < d; ++j) u[i * d + j] *= factor;
  }
  std::vector<double> w(d * d);
  cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, static_cast<blasint>(d),
              static_cast<blasint>(d), 1, u.data(), static_cast<blasint>(d), 0, w.data(),
              static_cast<blasint>(d));
  std::vector<float> matrix(d * d);
  for (size_t i = 0; i < d; ++i) {
    for (size_t j = 0; j < d; ++j) {
      matrix[i * d + j] = static_cast<float>(w[std::min(i, j) * d + std::max(i, j)]);
    }
  }
  return Whitening(std::vector<float>(mean.begin(), mean.end()), std::move(matrix));
}

void Whitening::Apply(Dataset* dataset) const {
  LADDER_CHECK(dataset->example_size() == size())
      << "a whitening of " << size() << " values of examples of " << dataset->example_size();
  if (openblas_get_num_threads() != 1) openblas_set_num_threads(1);
  const auto d = mean_.size();
  std::vector<float>& inputs = dataset->MakeFloats();
  std::vector<float> centered(kRowsAtATime * d);
  ForEachRows(*dataset, [&](absl::Span<const int64_t> rows) {
    float* x = &inputs[static_cast<size_t>(rows[0]) * d];
    for (size_t i = 0; i < rows.size(); ++i) {
      for (size_t j = 0; j < d; ++j) centered[i * d + j] = x[i * d + j] - mean_[j];
    }
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(rows.size()),
                static_cast<blasint>(d), static_cast<blasint>(d), 1, centered.data(),
                static_cast<blasint>(d), matrix_.data(), static_cast<blasint>(d), 0, x,
                static_cast<blasint>(d));
  });
}

}  // namespace ladder
