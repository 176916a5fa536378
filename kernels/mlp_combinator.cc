// Compiled once for each instruction set that Highway knows; the loops are plain, the compiler
// makes vectors of them.
#include <algorithm>
#include <cstdint>

#include "base/check.h"
#include "kernels/band.h"
#include "kernels/combinator.h"
#include "kernels/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/mlp_combinator.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

// The network of one unit, as a list of nodes: its inputs, the hidden layers, the output.
#ifndef LADDER_KERNELS_MLP_COMBINATOR_NODES
#define LADDER_KERNELS_MLP_COMBINATOR_NODES
namespace ladder::kernels {

constexpr Real kMlpSlope = Real{0.1};  // of the leaky relu below 0

struct MlpNodes {
  // A node above the inputs is the sum of a consecutive range of nodes below, weighted by
  // consecutive rows of the parameters, and of the row after them.
  struct Node {
    int first_input, num_inputs, first_row;
  };
  static constexpr int kMax = 3 + kMaxMlpHidden + 1;

  explicit MlpNodes(const Mlp& mlp) : num_inputs(mlp.augmented ? 3 : 2), count(num_inputs) {
    int below = 0, rows = 0;
    const auto add_layer = [&](int units) {
      const int end = count;
      for (int i = 0; i < units; ++i) {
        nodes[count++] = {below, end - below, rows};
        rows += end - below + 1;
      }
      below = end;
    };
    for (const int32_t units : mlp.hidden_units) add_layer(units);
    add_layer(1);
  }
  bool is_hidden(int node) const { return node + 1 < count; }

  int num_inputs;
  int count;
  Node nodes[kMax];
};

}  // namespace ladder::kernels
#endif  // LADDER_KERNELS_MLP_COMBINATOR_NODES

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

// So many units at a time: their parameters and the sums of gradients stay in the cache.
constexpr int64_t kTile = 64;
typedef Real TileRow[kTile];

// The values of all nodes, for one row of z and u and `cols` units.
void MlpForward(const MlpNodes& mlp, int64_t cols, int64_t stride, const Real* HWY_RESTRICT z,
                const Real* HWY_RESTRICT u, const Real* HWY_RESTRICT a,
                TileRow* HWY_RESTRICT value) {
  for (int64_t j = 0; j < cols; ++j) {
    value[0][j] = u[j];
    value[1][j] = z[j];
  }
  if (mlp.num_inputs == 3) {
    for (int64_t j = 0; j < cols; ++j) value[2][j] = u[j] * z[j];
  }
  for (int n = mlp.num_inputs; n < mlp.count; ++n) {
    const MlpNodes::Node& node = mlp.nodes[n];
    const Real* HWY_RESTRICT w = a + node.first_row * stride;
    const Real* HWY_RESTRICT bias = w + node.num_inputs * stride;
    Real sum[kTile];
    for (int64_t j = 0; j < cols; ++j) sum[j] = bias[j];
    for (int k = 0; k < node.num_inputs; ++k, w += stride) {
      const Real* HWY_RESTRICT input = value[node.first_input + k];
      for (int64_t j = 0; j < cols; ++j) sum[j] += w[j] * input[j];
    }
    const Real slope = mlp.is_hidden(n) ? kMlpSlope : Real{1};
    for (int64_t j = 0; j < cols; ++j) value[n][j] = sum[j] > 0 ? sum[j] : slope * sum[j];
  }
}

// The gradients of all nodes, from that of the last down to the inputs; adds to da.
void MlpBackward(const MlpNodes& mlp, int64_t cols, int64_t stride, const Real* HWY_RESTRICT a,
                 const TileRow* HWY_RESTRICT value, TileRow* HWY_RESTRICT gradient,
                 Real* HWY_RESTRICT da) {
  for (int n = 0; n + 1 < mlp.count; ++n) std::fill_n(gradient[n], cols, Real{0});
  for (int n = mlp.count - 1; n >= mlp.num_inputs; --n) {
    const MlpNodes::Node& node = mlp.nodes[n];
    const Real slope = mlp.is_hidden(n) ? kMlpSlope : Real{1};
    Real dsum[kTile];
    for (int64_t j = 0; j < cols; ++j) {
      dsum[j] = value[n][j] > 0 ? gradient[n][j] : slope * gradient[n][j];
    }
    const Real* HWY_RESTRICT w = a + node.first_row * stride;
    for (int k = 0; k < node.num_inputs; ++k, w += stride) {
      Real* HWY_RESTRICT below = gradient[node.first_input + k];
      for (int64_t j = 0; j < cols; ++j) below[j] += w[j] * dsum[j];
    }
    if (da == nullptr) continue;
    Real* HWY_RESTRICT dw = da + node.first_row * stride;
    for (int k = 0; k < node.num_inputs; ++k, dw += stride) {
      const Real* HWY_RESTRICT input = value[node.first_input + k];
      for (int64_t j = 0; j < cols; ++j) dw[j] += dsum[j] * input[j];
    }
    for (int64_t j = 0; j < cols; ++j) dw[j] += dsum[j];  // the bias
  }
}

void MlpBand(const MlpNodes& mlp, Band band, const Real* z, const Real* u, const Real* a, Real* y) {
  TileRow value[MlpNodes::kMax];
  for (int64_t tile = 0; tile < band.cols; tile += kTile) {
    const int64_t cols = std::min(kTile, band.cols - tile);
    for (int64_t i = 0; i < band.rows; ++i) {
      const int64_t at = i * band.stride + tile;
      MlpForward(mlp, cols, band.stride, z + at, u + at, a + tile, value);
      std::copy_n(value[mlp.count - 1], cols, y + at);
    }
  }
}

void MlpBackwardBand(const MlpNodes& mlp, Band band, const Real* z, const Real* u, const Real* a,
                     const Real* dy, BandOutput dz, BandOutput du, Real* da) {
  TileRow value[MlpNodes::kMax], gradient[MlpNodes::kMax];
  for (int64_t tile = 0; tile < band.cols; tile += kTile) {
    const int64_t cols = std::min(kTile, band.cols - tile);
    for (int64_t i = 0; i < band.rows; ++i) {
      const int64_t at = i * band.stride + tile;
      MlpForward(mlp, cols, band.stride, z + at, u + at, a + tile, value);
      std::copy_n(dy + at, cols, gradient[mlp.count - 1]);
      MlpBackward(mlp, cols, band.stride, a + tile, value, gradient, da ? da + tile : nullptr);
      if (mlp.num_inputs == 3) {  // of u z
        for (int64_t j = 0; j < cols; ++j) {
          gradient[0][j] += gradient[2][j] * value[1][j];
          gradient[1][j] += gradient[2][j] * value[0][j];
        }
      }
      dz.Put(cols, gradient[1], at);
      du.Put(cols, gradient[0], at);
    }
  }
}

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

HWY_EXPORT(MlpBand);
HWY_EXPORT(MlpBackwardBand);

}  // namespace

// With one group, the offset into the statistics is the band's first column: that of `a` too.
void MlpCombinator(Context& context, Mlp mlp, Tensor z, Tensor u, Tensor a, Tensor y) {
  const MlpNodes nodes(mlp);
  ForEachBand(context, z.shape().cols(), {z.shape().rows()},
              [&](Band band, int64_t at, int64_t column) {
                HWY_DYNAMIC_DISPATCH(MlpBand)
                (nodes, band, At(z, at), At(u, at), At(a, column), At(y, at));
              });
}

void MlpCombinatorBackward(Context& context, Mlp mlp, Tensor z, Tensor u, Tensor a, Tensor dy,
                           Output dz, Output du, Output da) {
  const Tensor da_sum = Accumulator(context, da);
  const MlpNodes nodes(mlp);
  ForEachBand(context, z.shape().cols(), {z.shape().rows()},
              [&](Band band, int64_t at, int64_t column) {
                HWY_DYNAMIC_DISPATCH(MlpBackwardBand)
                (nodes, band, At(z, at), At(u, at), At(a, column), At(dy, at), At(dz, at),
                 At(du, at), At(da_sum, column));
              });
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
