// Compiled once for each instruction set that Highway knows; the loops are plain, the compiler
// makes vectors of them.
#include "ops/kernels/batch_norm.h"

#include <cmath>
#include <cstdint>

#include "ops/kernels/band.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ops/kernels/batch_norm.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

void BatchNormBand(Band band, const Real* HWY_RESTRICT x, Real epsilon, Real* HWY_RESTRICT y,
                   Real* HWY_RESTRICT mean, Real* HWY_RESTRICT variance, Real* HWY_RESTRICT rstd) {
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
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      y[i * band.stride + j] = (x[i * band.stride + j] - mean[j]) * rstd[j];
    }
  }
}

// With m rows, dx = rstd (dy - mean(dy) - y mean(dy y)) + dmean / m + dvariance 2 (x - mean) / m,
// where x - mean = y / rstd: a scale, an offset and a multiple of y for each column.
void BatchNormBackwardBand(Band band, const Real* HWY_RESTRICT y, const Real* HWY_RESTRICT rstd,
                           const Real* HWY_RESTRICT dy, const Real* HWY_RESTRICT dmean,
                           const Real* HWY_RESTRICT dvariance, Real* HWY_RESTRICT dx) {
  Real sum[kBandColumns] = {};
  Real dot[kBandColumns] = {};
  if (dy != nullptr) {
    for (int64_t i = 0; i < band.rows; ++i) {
      for (int64_t j = 0; j < band.cols; ++j) {
        sum[j] += dy[i * band.stride + j];
        dot[j] += dy[i * band.stride + j] * y[i * band.stride + j];
      }
    }
  }
  const Real scale = Real{1} / static_cast<Real>(band.rows);
  Real offset[kBandColumns];
  Real slope[kBandColumns];
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
  for (int64_t i = 0; i < band.rows; ++i) {
    Real* HWY_RESTRICT dx_row = dx + i * band.stride;
    const Real* HWY_RESTRICT y_row = y + i * band.stride;
    if (dy != nullptr) {
      const Real* HWY_RESTRICT dy_row = dy + i * band.stride;
      for (int64_t j = 0; j < band.cols; ++j) {
        dx_row[j] += rstd[j] * dy_row[j] + offset[j] + slope[j] * y_row[j];
      }
    } else {
      for (int64_t j = 0; j < band.cols; ++j) dx_row[j] += offset[j] + slope[j] * y_row[j];
    }
  }
}

void NormalizeBand(Band band, const Real* HWY_RESTRICT x, const Real* HWY_RESTRICT mean,
                   const Real* HWY_RESTRICT rstd, Real* HWY_RESTRICT y) {
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      y[i * band.stride + j] = (x[i * band.stride + j] - mean[j]) * rstd[j];
    }
  }
}

// y = (x - mean) rstd and drstd / dvariance = -rstd^3 / 2, so
// dmean = -rstd sum(dy) and dvariance = -rstd^2 / 2 sum(dy y).
void NormalizeBackwardBand(Band band, const Real* HWY_RESTRICT y, const Real* HWY_RESTRICT rstd,
                           const Real* HWY_RESTRICT dy, Real* dx, Real* dmean, Real* dvariance) {
  if (dx != nullptr) {
    for (int64_t i = 0; i < band.rows; ++i) {
      for (int64_t j = 0; j < band.cols; ++j) {
        dx[i * band.stride + j] += rstd[j] * dy[i * band.stride + j];
      }
    }
  }
  if (dmean == nullptr && dvariance == nullptr) return;
  Real sum[kBandColumns] = {};
  Real dot[kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      sum[j] += dy[i * band.stride + j];
      dot[j] += dy[i * band.stride + j] * y[i * band.stride + j];
    }
  }
  if (dmean != nullptr) {
    for (int64_t j = 0; j < band.cols; ++j) dmean[j] -= rstd[j] * sum[j];
  }
  if (dvariance != nullptr) {
    for (int64_t j = 0; j < band.cols; ++j) dvariance[j] -= rstd[j] * rstd[j] * dot[j] / 2;
  }
}

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

HWY_EXPORT(BatchNormBand);
HWY_EXPORT(BatchNormBackwardBand);
HWY_EXPORT(NormalizeBand);
HWY_EXPORT(NormalizeBackwardBand);

}  // namespace

void BatchNorm(Context& context, Tensor x, absl::Span<const int64_t> group_rows, Real epsilon,
               Tensor y, Tensor mean, Tensor variance, Tensor rstd) {
  ForEachBand(context, x.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(BatchNormBand)
    (band, At(x, at), epsilon, At(y, at), At(mean, stat), At(variance, stat), At(rstd, stat));
  });
}

void BatchNormBackward(Context& context, absl::Span<const int64_t> group_rows, Tensor y,
                       Tensor rstd, Tensor dy, Tensor dmean, Tensor dvariance, Tensor dx) {
  ForEachBand(context, y.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(BatchNormBackwardBand)
    (band, At(y, at), At(rstd, stat), At(dy, at), At(dmean, stat), At(dvariance, stat), At(dx, at));
  });
}

void Normalize(Context& context, Tensor x, Tensor mean, Tensor variance,
               absl::Span<const int64_t> group_rows, Real epsilon, Tensor y, Tensor rstd) {
  for (int64_t j = 0; j < rstd.size(); ++j) rstd[j] = Real{1} / std::sqrt(variance[j] + epsilon);
  ForEachBand(context, x.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(NormalizeBand)
    (band, At(x, at), At(mean, stat), At(rstd, stat), At(y, at));
  });
}

void NormalizeBackward(Context& context, absl::Span<const int64_t> group_rows, Tensor y,
                       Tensor rstd, Tensor dy, Tensor dx, Tensor dmean, Tensor dvariance) {
  ForEachBand(context, y.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(NormalizeBackwardBand)
    (band, At(y, at), At(rstd, stat), At(dy, at), At(dx, at), At(dmean, stat), At(dvariance, stat));
  });
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
