#ifndef LADDER_TOOLS_PRODUCT_FLOOR_H_
#define LADDER_TOOLS_PRODUCT_FLOOR_H_

#include <vector>

#include "absl/types/span.h"
#include "tensor/arena.h"
#include "tensor/profile.h"
#include "tensor/tensor.h"

namespace ladder {

// Matrix products and nothing else: the time below which no program gets a training step with this
// BLAS. Each product has operands of its own, as a step's lie in different places of memory.
class ProductFloor {
 public:
  // BLAS will use `num_threads` threads.
  ProductFloor(absl::Span<const Profile::Product> products, int num_threads);

  // Computes every product once, in order. Leaves BLAS with one thread, as training wants it.
  void Run();

 private:
  struct Operands {
    Profile::Product product;
    Real *a, *b, *c;
  };

  const int num_threads_;
  Arena arena_;
  std::vector<Operands> products_;
};

}  // namespace ladder

#endif  // LADDER_TOOLS_PRODUCT_FLOOR_H_
