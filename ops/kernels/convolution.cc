#include "ops/kernels/convolution.h"

#include <algorithm>
#include <cstdint>

#include "ops/kernels/elementwise.h"
#include "ops/kernels/gemm.h"
#include "ops/kernels/im2col.h"

namespace ladder::kernels {
namespace {

// Elements of a matrix of patches.
constexpr int64_t kChunk = int64_t{1} << 20;

bool IsPlain(const WindowAxis& axis) {
  return axis.size == 1 && axis.stride == 1 && axis.before == 0;
}
bool IsWhole(const WindowAxis& axis) {
  return axis.count == 1 && axis.before == 0 && axis.size == axis.image;
}

// Whether x in memory is the matrix of its patches.
bool ArePatches(const Windows& windows) {
  return (IsPlain(windows.rows) && IsPlain(windows.cols)) ||
         (IsWhole(windows.rows) && IsWhole(windows.cols));
}

// The rows of [N, H', W', D], one for each window.
Matrix Outputs(Tensor y) { return AsMatrix(y); }

// x of some images as the matrix of its patches.
Matrix AsPatches(Tensor x, const Windows& windows) {
  return {x.data(), x.shape()[0] * windows.count(), windows.size() * x.shape()[3]};
}

// Calls body(begin, end, patches) for chunks of the images of x, with room for their patches.
template <class Body>
void ForEachChunk(Context& context, Tensor x, const Windows& windows, const Body& body) {
  const int64_t images = x.shape()[0];
  const int64_t rows = windows.count(), cols = windows.size() * x.shape()[3];
  const int64_t chunk = std::clamp<int64_t>(kChunk / std::max<int64_t>(1, rows * cols), 1,
                                            std::max<int64_t>(1, images));
  const Tensor buffer = Temporary(context, {chunk * rows, cols});
  for (int64_t begin = 0; begin < images; begin += chunk) {
    const int64_t end = std::min(images, begin + chunk);
    body(begin, end, buffer.Rows(0, (end - begin) * rows));
  }
}

}  // namespace

void Convolve(Context& context, Tensor x, Tensor w, const Windows& windows, Gradient y) {
  if (ArePatches(windows)) {
    GemmGradient(context, AsPatches(x, windows), AsMatrix(w), y);
    return;
  }
  ForEachChunk(context, x, windows, [&](int64_t begin, int64_t end, Tensor patches) {
    Im2Col(context, x.Rows(begin, end), windows, patches);
    GemmGradient(context, AsMatrix(patches), AsMatrix(w), {y.tensor.Rows(begin, end), y.add});
  });
}

void ConvolveTransposed(Context& context, Tensor dy, Tensor w, const Windows& windows,
                        Gradient dx) {
  if (ArePatches(windows)) {
    const Matrix patches = AsPatches(dx.tensor, windows);
    const Tensor rows(patches.data, {patches.rows, patches.cols});
    GemmGradient(context, Outputs(dy), Transposed(AsMatrix(w)), {rows, dx.add});
    return;
  }
  ForEachChunk(context, dx.tensor, windows, [&](int64_t begin, int64_t end, Tensor patches) {
    Gemm(context, Outputs(dy.Rows(begin, end)), Transposed(AsMatrix(w)), patches);
    Col2Im(context, patches, windows, {dx.tensor.Rows(begin, end), dx.add});
  });
}

void ConvolveWeightGradient(Context& context, Tensor x, Tensor dy, const Windows& windows,
                            Gradient dw) {
  if (ArePatches(windows)) {
    GemmGradient(context, Transposed(AsPatches(x, windows)), Outputs(dy), dw);
    return;
  }
  if (!dw.add) std::fill_n(dw.tensor.data(), dw.tensor.size(), Real{0});
  ForEachChunk(context, x, windows, [&](int64_t begin, int64_t end, Tensor patches) {
    Im2Col(context, x.Rows(begin, end), windows, patches);
    GemmAdd(context, Transposed(AsMatrix(patches)), Outputs(dy.Rows(begin, end)), dw.tensor);
  });
}

}  // namespace ladder::kernels
