#include "tools/product_floor.h"

#include <cblas.h>

#include <cstddef>
#include <cstdint>

namespace ladder {
namespace {

#ifdef LADDER_REAL_IS_DOUBLE
constexpr auto kBlasGemm = cblas_dgemm;
#else
constexpr auto kBlasGemm = cblas_sgemm;
#endif

// A matrix of values around zero, none of them tiny.
Real* NewMatrix(Arena& arena, int64_t rows, int64_t cols) {
  const int64_t size = rows * cols;
  Real* values = static_cast<Real*>(arena.Allocate(static_cast<size_t>(size) * sizeof(Real)));
  for (int64_t i = 0; i < size; ++i) values[i] = static_cast<Real>(i * 37 % 101 - 50) / Real{64};
  return values;
}

blasint BlasInt(int64_t size) { return static_cast<blasint>(size); }

}  // namespace

ProductFloor::ProductFloor(absl::Span<const Profile::Product> products, int num_threads)
    : num_threads_(num_threads) {
  for (const Profile::Product& product : products) {
    products_.push_back({product, NewMatrix(arena_, product.m, product.k),
                         NewMatrix(arena_, product.k, product.n),
                         NewMatrix(arena_, product.m, product.n)});
  }
}

void ProductFloor::Run() {
  openblas_set_num_threads(num_threads_);
  for (const Operands& operands : products_) {
    const Profile::Product& p = operands.product;
    kBlasGemm(CblasRowMajor, p.transposed_a ? CblasTrans : CblasNoTrans,
              p.transposed_b ? CblasTrans : CblasNoTrans, BlasInt(p.m), BlasInt(p.n), BlasInt(p.k),
              Real{1}, operands.a, BlasInt(p.transposed_a ? p.m : p.k), operands.b,
              BlasInt(p.transposed_b ? p.k : p.n), Real{p.add ? 1.0f : 0.0f}, operands.c,
              BlasInt(p.n));
  }
  openblas_set_num_threads(1);
}

}  // namespace ladder
