// Compiled once for each instruction set that Highway knows; the loops are plain, the compiler
// makes vectors of them.
#include "ops/kernels/combinator.h"

#include <algorithm>
#include <cstdint>

#include "ops/kernels/band.h"
#include "ops/kernels/vector_math.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/kernels/combinator.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

// Rows of the parameters `a`, as the formulas in ops/combinator.h name them.
#define LADDER_GAUSS_ROWS(a, n)                                        \
  const Real* HWY_RESTRICT a1 = (a);                                   \
  const Real *HWY_RESTRICT a2 = a1 + (n), *HWY_RESTRICT a3 = a2 + (n); \
  const Real *HWY_RESTRICT a4 = a3 + (n), *HWY_RESTRICT a5 = a4 + (n); \
  const Real *HWY_RESTRICT a6 = a5 + (n), *HWY_RESTRICT a7 = a6 + (n); \
  const Real *HWY_RESTRICT a8 = a7 + (n), *HWY_RESTRICT a9 = a8 + (n), *HWY_RESTRICT a10 = a9 + (n)

#define LADDER_SIGMOID_ROWS(a, n)                                      \
  const Real* HWY_RESTRICT a1 = (a);                                   \
  const Real *HWY_RESTRICT a2 = a1 + (n), *HWY_RESTRICT a3 = a2 + (n); \
  const Real *HWY_RESTRICT a4 = a3 + (n), *HWY_RESTRICT b1 = a4 + (n); \
  const Real *HWY_RESTRICT c1 = b1 + (n), *HWY_RESTRICT c2 = c1 + (n); \
  const Real *HWY_RESTRICT c3 = c2 + (n), *HWY_RESTRICT c4 = c3 + (n)

void GaussBand(Band band, const Real* z, const Real* u, const Real* a, Real* HWY_RESTRICT y) {
  LADDER_GAUSS_ROWS(a, band.stride);
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real mu = a1[j] * VectorSigmoid(a2[j] * u[at] + a3[j]) + a4[j] * u[at] + a5[j];
      const Real v = a6[j] * VectorSigmoid(a7[j] * u[at] + a8[j]) + a9[j] * u[at] + a10[j];
      y[at] = (z[at] - mu) * v + mu;
    }
  }
}

void GaussBackwardBand(Band band, const Real* z, const Real* u, const Real* a,
                       const Real* HWY_RESTRICT dy, bool add_z, Real* dz, bool add_u, Real* du,
                       Real* da) {
  LADDER_GAUSS_ROWS(a, band.stride);
  Real sums[10][kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    Real dz_row[kBandColumns], du_row[kBandColumns];
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real s1 = VectorSigmoid(a2[j] * u[at] + a3[j]);
      const Real s2 = VectorSigmoid(a7[j] * u[at] + a8[j]);
      const Real mu = a1[j] * s1 + a4[j] * u[at] + a5[j];
      const Real v = a6[j] * s2 + a9[j] * u[at] + a10[j];
      const Real dmu = dy[at] * (1 - v);
      const Real dv = dy[at] * (z[at] - mu);
      // With respect to the arguments of the two sigmoids.
      const Real dt1 = dmu * a1[j] * s1 * (1 - s1);
      const Real dt2 = dv * a6[j] * s2 * (1 - s2);
      dz_row[j] = dy[at] * v;
      du_row[j] = dt1 * a2[j] + dmu * a4[j] + dt2 * a7[j] + dv * a9[j];
      sums[0][j] += dmu * s1;
      sums[1][j] += dt1 * u[at];
      sums[2][j] += dt1;
      sums[3][j] += dmu * u[at];
      sums[4][j] += dmu;
      sums[5][j] += dv * s2;
      sums[6][j] += dt2 * u[at];
      sums[7][j] += dt2;
      sums[8][j] += dv * u[at];
      sums[9][j] += dv;
    }
    AddOrStore(band.cols, dz_row, add_z, dz ? dz + i * band.stride : nullptr);
    AddOrStore(band.cols, du_row, add_u, du ? du + i * band.stride : nullptr);
  }
  for (int k = 0; da && k < 10; ++k) {
    for (int64_t j = 0; j < band.cols; ++j) da[k * band.stride + j] += sums[k][j];
  }
}

void SigmoidBand(Band band, const Real* z, const Real* u, const Real* a, Real* HWY_RESTRICT y) {
  LADDER_SIGMOID_ROWS(a, band.stride);
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real zu = z[at] * u[at];
      const Real s = VectorSigmoid(c1[j] + c2[j] * z[at] + c3[j] * u[at] + c4[j] * zu);
      y[at] = a1[j] + a2[j] * z[at] + a3[j] * u[at] + a4[j] * zu + b1[j] * s;
    }
  }
}

void SigmoidBackwardBand(Band band, const Real* z, const Real* u, const Real* a,
                         const Real* HWY_RESTRICT dy, bool add_z, Real* dz, bool add_u, Real* du,
                         Real* da) {
  LADDER_SIGMOID_ROWS(a, band.stride);
  Real sums[9][kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    Real dz_row[kBandColumns], du_row[kBandColumns];
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real zu = z[at] * u[at];
      const Real s = VectorSigmoid(c1[j] + c2[j] * z[at] + c3[j] * u[at] + c4[j] * zu);
      const Real dt = dy[at] * b1[j] * s * (1 - s);  // with respect to the sigmoid's argument
      dz_row[j] = dy[at] * (a2[j] + a4[j] * u[at]) + dt * (c2[j] + c4[j] * u[at]);
      du_row[j] = dy[at] * (a3[j] + a4[j] * z[at]) + dt * (c3[j] + c4[j] * z[at]);
      sums[0][j] += dy[at];
      sums[1][j] += dy[at] * z[at];
      sums[2][j] += dy[at] * u[at];
      sums[3][j] += dy[at] * zu;
      sums[4][j] += dy[at] * s;
      sums[5][j] += dt;
      sums[6][j] += dt * z[at];
      sums[7][j] += dt * u[at];
      sums[8][j] += dt * zu;
    }
    AddOrStore(band.cols, dz_row, add_z, dz ? dz + i * band.stride : nullptr);
    AddOrStore(band.cols, du_row, add_u, du ? du + i * band.stride : nullptr);
  }
  for (int k = 0; da && k < 9; ++k) {
    for (int64_t j = 0; j < band.cols; ++j) da[k * band.stride + j] += sums[k][j];
  }
}

#undef LADDER_GAUSS_ROWS
#undef LADDER_SIGMOID_ROWS

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

HWY_EXPORT(GaussBand);
HWY_EXPORT(GaussBackwardBand);
HWY_EXPORT(SigmoidBand);
HWY_EXPORT(SigmoidBackwardBand);

}  // namespace

// With one group, the offset into the statistics is the band's first column: that of `a` too.
void GaussCombinator(Context& context, Tensor z, Tensor u, Tensor a, Tensor y) {
  ForEachBand(context, z.shape().cols(), {z.shape().rows()},
              [&](Band band, int64_t at, int64_t column) {
                HWY_DYNAMIC_DISPATCH(GaussBand)
                (band, At(z, at), At(u, at), At(a, column), At(y, at));
              });
}

void GaussCombinatorBackward(Context& context, Tensor z, Tensor u, Tensor a, Tensor dy, Gradient dz,
                             Gradient du, Tensor da) {
  ForEachBand(context, z.shape().cols(), {z.shape().rows()},
              [&](Band band, int64_t at, int64_t column) {
                HWY_DYNAMIC_DISPATCH(GaussBackwardBand)
                (band, At(z, at), At(u, at), At(a, column), At(dy, at), dz.add, At(dz.tensor, at),
                 du.add, At(du.tensor, at), At(da, column));
              });
}

void SigmoidCombinator(Context& context, Tensor z, Tensor u, Tensor a, Tensor y) {
  ForEachBand(context, z.shape().cols(), {z.shape().rows()},
              [&](Band band, int64_t at, int64_t column) {
                HWY_DYNAMIC_DISPATCH(SigmoidBand)
                (band, At(z, at), At(u, at), At(a, column), At(y, at));
              });
}

void SigmoidCombinatorBackward(Context& context, Tensor z, Tensor u, Tensor a, Tensor dy,
                               Gradient dz, Gradient du, Tensor da) {
  ForEachBand(context, z.shape().cols(), {z.shape().rows()},
              [&](Band band, int64_t at, int64_t column) {
                HWY_DYNAMIC_DISPATCH(SigmoidBackwardBand)
                (band, At(z, at), At(u, at), At(a, column), At(dy, at), dz.add, At(dz.tensor, at),
                 du.add, At(du.tensor, at), At(da, column));
              });
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
