#include "tools/product_floor.h"

#include <cstddef>
#include <cstdint>

#include "kernels/blas.h"

namespace ladder {
namespace {

// A matrix of values around zero, none of them tiny.
Real* NewMatrix(Arena& arena, int64_t rows, int64_t cols) {
  const int64_t size = rows * cols;
  Real* values = static_cast<Real*>(arena.Allocate(static_cast<size_t>(size) * sizeof(Real)));
  for (int64_t i = 0; i < size; ++i) values[i] = static_cast<Real>(i * 37 % 101 - 50) / Real{64};
  return values;
}

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
  kernels::SetBlasThreads(num_threads_);
  for (const Operands& operands : products_) {
    const Profile::Product& p = operands.product;
    kernels::BlasGemm(p.transposed_a, p.transposed_b, p.m, p.n, p.k, operands.a,
                      p.transposed_a ? p.m : p.k, operands.b, p.transposed_b ? p.k : p.n, p.add,
                      operands.c, p.n);
  }
  kernels::SetBlasThreads(1);
}

}  // namespace ladder
