#include "ops/shape_ops.h"

#include "absl/strings/str_cat.h"
#include "autodiff/op.h"
#include "ops/kernels/elementwise.h"

namespace ladder {

Variable Rows(Variable x, int64_t begin, int64_t end) {
  Op op("Rows", {{"x", x}});
  if (x.shape().rank() < 1 || begin < 0 || begin > end || end > x.shape()[0]) {
    op.Require(false, "0 <= begin <= end <= x.shape[0]",
               absl::StrCat("begin = ", begin, ", end = ", end));
  }
  const Variable y = op.OutputView(x.value().Rows(begin, end));
  op.Backward([=](Context& context) {
    if (Tensor dx = GradientOf(x)) {
      kernels::MapAdd(
          context, dx.Rows(begin, end), [](Real dy) { return dy; }, y.grad());
    }
  });
  return y;
}

}  // namespace ladder
