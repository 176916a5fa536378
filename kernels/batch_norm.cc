// Compiled once for each instruction set that Highway knows; the loops are plain, the compiler
// makes vectors of them.
#include "kernels/batch_norm.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/thread_pool.h"
#include "kernels/band.h"
#include "kernels/elementwise.h"
#include "kernels/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/batch_norm.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

// Fills mean, variance and rstd of a band's columns.
void StatisticsBand(Band band, const Real* HWY_RESTRICT x, Real epsilon, Real* HWY_RESTRICT mean,
                    Real* HWY_RESTRICT variance, Real* HWY_RESTRICT rstd) {
  // In double, or a tiny epsilon would make noise of the rounding of a column that is constant.
  double sum[kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) sum[j] += double{x[i * band.stride + j]};
  }
  const double rows = static_cast<double>(band.rows);
  for (int64_t j = 0; j < band.cols; ++j) mean[j] = static_cast<Real>(sum[j] / rows);
  // Squares of differences, since the difference of squares cancels.
  double squares[kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      const Real difference = x[i * band.stride + j] - mean[j];
      squares[j] += double{difference * difference};
    }
  }
  for (int64_t j = 0; j < band.cols; ++j) {
    variance[j] = static_cast<Real>(squares[j] / rows);
    rstd[j] = Real{1} / std::sqrt(variance[j] + epsilon);
  }
}

void BatchNormBand(Band band, const Real* HWY_RESTRICT x, Real epsilon, Real* HWY_RESTRICT y,
                   Real* HWY_RESTRICT mean, Real* HWY_RESTRICT variance, Real* HWY_RESTRICT rstd) {
  StatisticsBand(band, x, epsilon, mean, variance, rstd);
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      y[i * band.stride + j] = (x[i * band.stride + j] - mean[j]) * rstd[j];
    }
  }
}

// What is added to rstd dy to make dx. With m rows,
//   dx = rstd (dy - mean(dy) - y mean(dy y)) + dmean / m + dvariance 2 (x - mean) / m,
// where x - mean = y / rstd: an offset and a multiple of y for each column.
struct BandCorrection {
  // `sum`: of dy, `dot`: of dy y. dmean and dvariance may be null.
  HWY_INLINE BandCorrection(Band band, const Real* sum, const Real* dot, const Real* rstd,
                            const Real* dmean, const Real* dvariance) {
    const Real scale = Real{1} / static_cast<Real>(band.rows);
    for (int64_t j = 0; j < band.cols; ++j) {
      offset[j] = -rstd[j] * sum[j] * scale;
      slope[j] = -rstd[j] * dot[j] * scale;
    }
    if (dmean != nullptr) {
      for (int64_t j = 0; j < band.cols; ++j) offset[j] += dmean[j] * scale;
    }
    if (dvariance != nullptr) {
      for (int64_t j = 0; j < band.cols; ++j) slope[j] += 2 * dvariance[j] * scale / rstd[j];
    }
  }
  Real offset[kBandColumns];
  Real slope[kBandColumns];
};

// A gradient that may be null, which stands for zeros: row i of a band's columns.
struct GradientRows {
  GradientRows(const Real* data, Band band)
      : data(data != nullptr ? data : zeros), stride(data != nullptr ? band.stride : 0) {}
  const Real* operator[](int64_t i) const { return data + i * stride; }
  static constexpr Real zeros[kBandColumns] = {};
  const Real* data;
  int64_t stride;
};

template <bool kAdd>
HWY_INLINE void Store(Real value, Real& target) {
  target = kAdd ? target + value : value;
}

template <bool kAdd>
HWY_INLINE void BatchNormBackwardRows(Band band, const Real* HWY_RESTRICT y,
                                      const Real* HWY_RESTRICT rstd, GradientRows dy,
                                      const BandCorrection& correction, Real* HWY_RESTRICT dx) {
  for (int64_t i = 0; i < band.rows; ++i) {
    const Real* HWY_RESTRICT dy_row = dy[i];
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      Store<kAdd>(rstd[j] * dy_row[j] + correction.offset[j] + correction.slope[j] * y[at], dx[at]);
    }
  }
}

void BatchNormBackwardBand(Band band, const Real* HWY_RESTRICT y, const Real* HWY_RESTRICT rstd,
                           const Real* dy_data, const Real* dmean, const Real* dvariance,
                           BandOutput dx) {
  const GradientRows dy(dy_data, band);
  Real sum[kBandColumns] = {};
  Real dot[kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    const Real* HWY_RESTRICT dy_row = dy[i];
    for (int64_t j = 0; j < band.cols; ++j) {
      sum[j] += dy_row[j];
      dot[j] += dy_row[j] * y[i * band.stride + j];
    }
  }
  const BandCorrection correction(band, sum, dot, rstd, dmean, dvariance);
  if (dx.add) {
    BatchNormBackwardRows<true>(band, y, rstd, dy, correction, dx.data);
  } else {
    BatchNormBackwardRows<false>(band, y, rstd, dy, correction, dx.data);
  }
}

// Consecutive elements of one row.
void NoisyReluRow(int64_t cols, const Real* HWY_RESTRICT x, const Real* HWY_RESTRICT mean,
                  const Real* HWY_RESTRICT rstd, const Real* HWY_RESTRICT noise,
                  const Real* HWY_RESTRICT beta, Real negative_slope, Real* HWY_RESTRICT z,
                  Real* HWY_RESTRICT h) {
  for (int64_t j = 0; j < cols; ++j) {
    z[j] = (x[j] - mean[j]) * rstd[j] + noise[j];
    const Real shifted = z[j] + beta[j];
    h[j] = shifted < 0 ? negative_slope * shifted : shifted;
  }
}

template <bool kAdd>
HWY_INLINE void BatchNormReluBackwardRows(Band band, const Real* HWY_RESTRICT x,
                                          const Real* HWY_RESTRICT mean,
                                          const Real* HWY_RESTRICT rstd, const Real* HWY_RESTRICT h,
                                          Real negative_slope, GradientRows dz, GradientRows dh,
                                          const BandCorrection& correction, Real* HWY_RESTRICT dx) {
  for (int64_t i = 0; i < band.rows; ++i) {
    const Real* HWY_RESTRICT dz_row = dz[i];
    const Real* HWY_RESTRICT dh_row = dh[i];
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real dy = dz_row[j] + (h[at] <= 0 ? negative_slope * dh_row[j] : dh_row[j]);
      const Real y = (x[at] - mean[j]) * rstd[j];
      Store<kAdd>(rstd[j] * dy + correction.offset[j] + correction.slope[j] * y, dx[at]);
    }
  }
}

void BatchNormReluBackwardBand(Band band, const Real* HWY_RESTRICT x, const Real* HWY_RESTRICT mean,
                               const Real* HWY_RESTRICT rstd, const Real* HWY_RESTRICT h,
                               Real negative_slope, const Real* dz_data, const Real* dh_data,
                               const Real* dmean, const Real* dvariance, BandOutput dx,
                               Real* HWY_RESTRICT dbeta) {
  const GradientRows dz(dz_data, band), dh(dh_data, band);
  Real beta_sum[kBandColumns] = {};  // of the gradient of z + beta
  Real sum[kBandColumns] = {};       // of dy, the gradient of z
  Real dot[kBandColumns] = {};       // of dy y
  for (int64_t i = 0; i < band.rows; ++i) {
    const Real* HWY_RESTRICT dz_row = dz[i];
    const Real* HWY_RESTRICT dh_row = dh[i];
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real dshifted = h[at] <= 0 ? negative_slope * dh_row[j] : dh_row[j];
      const Real dy = dz_row[j] + dshifted;
      beta_sum[j] += dshifted;
      sum[j] += dy;
      dot[j] += dy * ((x[at] - mean[j]) * rstd[j]);
    }
  }
  if (dbeta != nullptr) {
    for (int64_t j = 0; j < band.cols; ++j) dbeta[j] = beta_sum[j];
  }
  if (dx.data == nullptr) return;
  const BandCorrection correction(band, sum, dot, rstd, dmean, dvariance);
  if (dx.add) {
    BatchNormReluBackwardRows<true>(band, x, mean, rstd, h, negative_slope, dz, dh, correction,
                                    dx.data);
  } else {
    BatchNormReluBackwardRows<false>(band, x, mean, rstd, h, negative_slope, dz, dh, correction,
                                     dx.data);
  }
}

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

int64_t GroupOf(int64_t row, absl::Span<const int64_t> group_rows) {
  int64_t group = 0;
  while (row >= group_rows[group]) row -= group_rows[group++];
  return group;
}

HWY_EXPORT(BatchNormBand);
HWY_EXPORT(BatchNormBackwardBand);
HWY_EXPORT(StatisticsBand);
HWY_EXPORT(NoisyReluRow);
HWY_EXPORT(BatchNormReluBackwardBand);

}  // namespace

void BatchNorm(Context& context, Tensor x, absl::Span<const int64_t> group_rows, Real epsilon,
               Tensor y, Tensor mean, Tensor variance, Tensor rstd) {
  ClearEmptyGroups(group_rows, {mean, variance, rstd});
  ForEachBand(context, x.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(BatchNormBand)
    (band, At(x, at), epsilon, At(y, at), At(mean, stat), At(variance, stat), At(rstd, stat));
  });
}

void BatchNormBackward(Context& context, absl::Span<const int64_t> group_rows, Tensor y,
                       Tensor rstd, Tensor dy, Tensor dmean, Tensor dvariance, Output dx) {
  ForEachBand(context, y.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(BatchNormBackwardBand)
    (band, At(y, at), At(rstd, stat), At(dy, at), At(dmean, stat), At(dvariance, stat), At(dx, at));
  });
}

void BatchNormRelu(Context& context, Tensor x, absl::Span<const int64_t> group_rows, Real epsilon,
                   Tensor beta, Real negative_slope, const Noise& noise, Tensor z, Tensor h,
                   Tensor mean, Tensor variance, Tensor rstd) {
  const int64_t n = x.shape().cols();
  ClearEmptyGroups(group_rows, {mean, variance, rstd});
  ForEachBand(context, n, group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(StatisticsBand)
    (band, At(x, at), epsilon, At(mean, stat), At(variance, stat), At(rstd, stat));
  });
  const auto row_function = HWY_DYNAMIC_DISPATCH(NoisyReluRow);
  ParallelFor(context.pool(), x.size(), kGrain, [&](int64_t begin, int64_t end) {
    // Noise is made for a piece of a few rows at a time, which stays in the first-level cache.
    constexpr int64_t kPiece = 32 * kRandomGroup;
    static_assert(kGrain % kPiece == 0);
    Real piece[kPiece];
    for (int64_t p = begin; p < end; p += kPiece) {
      const int64_t piece_end = std::min(end, p + kPiece);
      const int64_t noise_end = std::clamp(noise.size, p, piece_end);
      Normals(noise.key, noise.stddev, p, noise_end, piece);
      std::fill(piece + (noise_end - p), piece + (piece_end - p), Real{0});
      for (int64_t at = p; at < piece_end;) {
        const int64_t column = at % n;
        const int64_t cols = std::min(n - column, piece_end - at);
        const int64_t stat = GroupOf(at / n, group_rows) * n + column;
        row_function(cols, At(x, at), At(mean, stat), At(rstd, stat), piece + (at - p),
                     At(beta, column), negative_slope, At(z, at), At(h, at));
        at += cols;
      }
    }
  });
}

void BatchNormReluBackward(Context& context, Tensor x, absl::Span<const int64_t> group_rows,
                           Tensor mean, Tensor rstd, Tensor h, Real negative_slope, Tensor dz,
                           Tensor dh, Tensor dmean, Tensor dvariance, Output dx, Tensor dbeta) {
  const int64_t n = x.shape().cols();
  ClearEmptyGroups(group_rows, {dbeta});
  ForEachBand(context, n, group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(BatchNormReluBackwardBand)
    (band, At(x, at), At(mean, stat), At(rstd, stat), At(h, at), negative_slope, At(dz, at),
     At(dh, at), At(dmean, stat), At(dvariance, stat), At(dx, at), At(dbeta, stat));
  });
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
