#include "kernels/convolution.h"

#include <algorithm>
#include <cstdint>

#include "kernels/elementwise.h"
#include "kernels/gemm.h"
#include "kernels/im2col.h"
#include "kernels/reduce.h"

namespace ladder::kernels {
namespace {

// Elements of the patches of a chunk. BLAS packs the weights anew for each chunk, and so wants
// long ones; a long one leaves the second-level cache.
constexpr int64_t kChunk = int64_t{1} << 19;
// Multiplications that a partial sum of the weights' gradient is worth, and how many sums at most.
constexpr int64_t kMinSum = int64_t{1} << 22;
constexpr int64_t kMaxSums = 16;

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

// A convolution's sizes as those of matrices.
struct Sizes {
  int64_t lines;     // rows of windows of all images
  int64_t width;     // windows in a line
  int64_t patch;     // elements of a patch
  int64_t channels;  // of y

  Sizes(Tensor x, Tensor w, const Windows& windows)
      : lines(x.shape()[0] * windows.rows.count),
        width(windows.cols.count),
        patch(w.shape().rows()),
        channels(w.shape().cols()) {}
  // Lines [begin, end) as matrices.
  Matrix Patches(Real* patches, int64_t begin, int64_t end) const {
    return {patches, (end - begin) * width, patch};
  }
  Matrix Outputs(Real* y, int64_t begin, int64_t end) const {
    return {y + begin * width * channels, (end - begin) * width, channels};
  }
  // Lines in a chunk, for an even number of chunks unless there is but one.
  int64_t Chunk() const {
    const int64_t most = std::max<int64_t>(1, kChunk / std::max<int64_t>(1, width * patch));
    if (lines <= most) return std::max<int64_t>(1, lines);
    const int64_t pairs = (lines + 2 * most - 1) / (2 * most);
    return (lines + 2 * pairs - 1) / (2 * pairs);
  }
};

// x and dx seen as the matrix of their patches.
Tensor AsPatches(Tensor x, const Windows& windows) {
  return x.Reshaped({x.shape()[0] * windows.count(), windows.size() * x.shape()[3]});
}

// Cuts the lines into pieces, each one the work of one thread, and those into chunks: calls
// body(begin, end, patches) for each chunk of a piece in order, with room for its patches, and
// plan(begin, end) for each before the threads start.
template <class Plan, class Body>
void ForEachChunk(Context& context, const Sizes& sizes, int64_t piece, int64_t chunk,
                  const Plan& plan, const Body& body) {
  const auto for_each_chunk_of = [&](int64_t i, const auto& function) {
    const int64_t end = std::min(sizes.lines, (i + 1) * piece);
    for (int64_t begin = i * piece; begin < end; begin += chunk) {
      function(begin, std::min(end, begin + chunk));
    }
  };
  const int64_t num_pieces = (sizes.lines + piece - 1) / piece;
  for (int64_t i = 0; i < num_pieces; ++i) for_each_chunk_of(i, plan);
  const ArenaScope scope(&context.arena());
  const int64_t room = chunk * sizes.width * sizes.patch;
  const Tensor buffers = Temporary(context, {context.pool().num_threads(), room});
  context.pool().Run(num_pieces, [&](int64_t i, int thread) {
    for_each_chunk_of(
        i, [&](int64_t begin, int64_t end) { body(begin, end, buffers.data() + thread * room); });
  });
}

// The kernel of the transposed convolution at stride 1: rows and columns go backwards, and input
// and output channels change places.   w: [kh, kw, C, D]   flipped: [kh, kw, D, C]
void Flip(Context& context, Tensor w, Tensor flipped) {
  const int64_t c = w.shape()[2], d = w.shape()[3];
  context.pool().Run(w.shape()[0] * w.shape()[1], [&](int64_t pixel) {
    const Real* source = w.data() + pixel * c * d;
    Real* target = flipped.data() + flipped.size() - (pixel + 1) * c * d;
    for (int64_t i = 0; i < c; ++i) {
      for (int64_t j = 0; j < d; ++j) target[j * c + i] = source[i * d + j];
    }
  });
}

// Whether to transpose by a convolution with the flipped kernel: it copies patches of dy, where the
// other way adds up those of dx. Not if it takes many more multiplications or much larger patches.
bool FlipPays(const Windows& windows, Tensor w) {
  const int64_t pixels = windows.rows.image * windows.cols.image;
  return windows.rows.stride == 1 && windows.cols.stride == 1 &&
         4 * pixels <= 5 * windows.count() &&
         pixels * w.shape()[3] <= 2 * windows.count() * w.shape()[2];
}

// The windows of the transposed convolution at stride 1.
WindowAxis Flipped(const WindowAxis& axis) {
  return {axis.count, axis.size, 1, axis.size - 1 - axis.before, axis.image};
}

}  // namespace

void Convolve(Context& context, Tensor x, Tensor w, const Windows& windows, Output y) {
  if (ArePatches(windows)) {
    Gemm(context, AsMatrix(AsPatches(x, windows)), AsMatrix(w), y);
    return;
  }
  const Sizes sizes(x, w, windows);
  const int64_t chunk = sizes.Chunk();
  ForEachChunk(
      context, sizes, /*piece=*/chunk, chunk,
      [&](int64_t begin, int64_t end) {
        PlanProduct(context, sizes.Patches(nullptr, begin, end), AsMatrix(w), y.add);
      },
      [&](int64_t begin, int64_t end, Real* patches) {
        Im2Col(x, windows, begin, end, patches);
        GemmOnThread(sizes.Patches(patches, begin, end), AsMatrix(w), y.add,
                     sizes.Outputs(y.tensor.data(), begin, end).data);
      });
}

void ConvolveTransposed(Context& context, Tensor dy, Tensor w, const Windows& windows, Output dx) {
  if (ArePatches(windows)) {
    Gemm(context, AsMatrix(dy), Transposed(AsMatrix(w)), {AsPatches(dx.tensor, windows), dx.add});
    return;
  }
  if (FlipPays(windows, w)) {
    const ArenaScope scope(&context.arena());
    const Shape& shape = w.shape();
    const Tensor flipped = Temporary(context, {shape[0], shape[1], shape[3], shape[2]});
    Flip(context, w, flipped);
    Convolve(context, dy, flipped, {Flipped(windows.rows), Flipped(windows.cols)}, dx);
    return;
  }
  // Windows overlap: an image is the work of one thread, a chunk at a time if it is large.
  const Sizes sizes(dx.tensor, w, windows);
  const int64_t lines = windows.rows.count;
  const int64_t images = std::max<int64_t>(1, sizes.Chunk() / lines);
  const int64_t piece = images * lines;
  ForEachChunk(
      context, sizes, piece, /*chunk=*/std::min(piece, sizes.Chunk()),
      [&](int64_t begin, int64_t end) {
        PlanProduct(context, sizes.Outputs(dy.data(), begin, end), Transposed(AsMatrix(w)), false);
      },
      [&](int64_t begin, int64_t end, Real* patches) {
        if (begin % piece == 0 && !dx.add) {
          const int64_t first = begin / lines;
          const Tensor part = dx.tensor.Rows(first, std::min(first + images, dx.tensor.shape()[0]));
          std::fill_n(part.data(), part.size(), Real{0});
        }
        GemmOnThread(sizes.Outputs(dy.data(), begin, end), Transposed(AsMatrix(w)), false, patches);
        Col2ImAdd(patches, windows, begin, end, dx.tensor);
      });
}

void ConvolveWeightGradient(Context& context, Tensor x, Tensor dy, const Windows& windows,
                            Output dw) {
  if (ArePatches(windows)) {
    Gemm(context, Transposed(AsMatrix(AsPatches(x, windows))), AsMatrix(dy), dw);
    return;
  }
  // The sum over all windows is cut by its size into a few, each the work of one thread.
  const Sizes sizes(x, dw.tensor, windows);
  const int64_t work = sizes.lines * sizes.width * dw.tensor.size();
  const int64_t most = std::clamp<int64_t>(work / (2 * kMinSum) * 2, 1, kMaxSums);
  const int64_t piece = std::max<int64_t>(1, (sizes.lines + most - 1) / most);
  const int64_t num_sums = (sizes.lines + piece - 1) / piece;
  const ArenaScope scope(&context.arena());
  const Tensor sums = Temporary(context, {num_sums, dw.tensor.size()});
  ForEachChunk(
      context, sizes, piece, std::min(piece, sizes.Chunk()),
      [&](int64_t begin, int64_t end) {
        PlanProduct(context, Transposed(sizes.Patches(nullptr, begin, end)),
                    sizes.Outputs(dy.data(), begin, end), begin % piece != 0);
      },
      [&](int64_t begin, int64_t end, Real* patches) {
        Im2Col(x, windows, begin, end, patches);
        GemmOnThread(Transposed(sizes.Patches(patches, begin, end)),
                     sizes.Outputs(dy.data(), begin, end), begin % piece != 0,
                     sums.data() + begin / piece * dw.tensor.size());
      });
  Sum(context, sums, {dw.tensor.Reshaped({dw.tensor.size()}), dw.add});
}

}  // namespace ladder::kernels
