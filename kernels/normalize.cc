// Compiled once for each instruction set that Highway knows; the loops are plain, the compiler
// makes vectors of them.
#include "kernels/normalize.h"

#include <cmath>
#include <cstdint>

#include "kernels/band.h"
#include "kernels/elementwise.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/normalize.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

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
HWY_INLINE void StatisticGradients(Band band, const Real* rstd, const Real* sum, const Real* dot,
                                   BandOutput dmean, BandOutput dvariance) {
  if (dmean.data != nullptr) {
    for (int64_t j = 0; j < band.cols; ++j) {
      dmean.data[j] = (dmean.add ? dmean.data[j] : 0) - rstd[j] * sum[j];
    }
  }
  if (dvariance.data != nullptr) {
    for (int64_t j = 0; j < band.cols; ++j) {
      dvariance.data[j] = (dvariance.add ? dvariance.data[j] : 0) - rstd[j] * rstd[j] * dot[j] / 2;
    }
  }
}

// dx = rstd dy, and the statistics' gradients as above.
void NormalizeBackwardBand(Band band, const Real* HWY_RESTRICT y, const Real* HWY_RESTRICT rstd,
                           const Real* HWY_RESTRICT dy, BandOutput dx, BandOutput dmean,
                           BandOutput dvariance) {
  if (dx.data != nullptr) {
    for (int64_t i = 0; i < band.rows; ++i) {
      Real* HWY_RESTRICT dx_row = dx.data + i * band.stride;
      const Real* HWY_RESTRICT dy_row = dy + i * band.stride;
      for (int64_t j = 0; j < band.cols; ++j) {
        dx_row[j] = (dx.add ? dx_row[j] : 0) + rstd[j] * dy_row[j];
      }
    }
  }
  if (dmean.data == nullptr && dvariance.data == nullptr) return;
  Real sum[kBandColumns] = {};
  Real dot[kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      sum[j] += dy[i * band.stride + j];
      dot[j] += dy[i * band.stride + j] * y[i * band.stride + j];
    }
  }
  StatisticGradients(band, rstd, sum, dot, dmean, dvariance);
}

// Each column's sum of (y - target)^2, with y = (x - mean) rstd.
void NormalizedErrorBand(Band band, const Real* HWY_RESTRICT x, const Real* HWY_RESTRICT mean,
                         const Real* HWY_RESTRICT rstd, const Real* HWY_RESTRICT target,
                         Real* HWY_RESTRICT sums) {
  double sum[kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real error = (x[at] - mean[j]) * rstd[j] - target[at];
      sum[j] += double{error * error};
    }
  }
  for (int64_t j = 0; j < band.cols; ++j) sums[j] = static_cast<Real>(sum[j]);
}

// With dy = factor (y - target): dx = rstd dy, dtarget = -dy, and dmean, dvariance as above.
void NormalizedErrorBackwardBand(Band band, const Real* HWY_RESTRICT x,
                                 const Real* HWY_RESTRICT mean, const Real* HWY_RESTRICT rstd,
                                 const Real* HWY_RESTRICT target, Real factor, BandOutput dx,
                                 BandOutput dtarget, BandOutput dmean, BandOutput dvariance) {
  Real sum[kBandColumns] = {};
  Real dot[kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    Real dx_row[kBandColumns], dtarget_row[kBandColumns];
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real y = (x[at] - mean[j]) * rstd[j];
      const Real dy = factor * (y - target[at]);
      dx_row[j] = rstd[j] * dy;
      dtarget_row[j] = -dy;
      sum[j] += dy;
      dot[j] += dy * y;
    }
    dx.Put(band.cols, dx_row, i * band.stride);
    dtarget.Put(band.cols, dtarget_row, i * band.stride);
  }
  StatisticGradients(band, rstd, sum, dot, dmean, dvariance);
}

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

HWY_EXPORT(NormalizeBand);
HWY_EXPORT(NormalizeBackwardBand);
HWY_EXPORT(NormalizedErrorBand);
HWY_EXPORT(NormalizedErrorBackwardBand);

}  // namespace

void ReciprocalStddev(Context& context, Tensor variance, Real epsilon, Tensor rstd) {
  Map(
      context, rstd, [epsilon](Real variance) { return Real{1} / std::sqrt(variance + epsilon); },
      variance);
}

void Normalize(Context& context, Tensor x, Tensor mean, Tensor rstd,
               absl::Span<const int64_t> group_rows, Tensor y) {
  ForEachBand(context, x.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(NormalizeBand)
    (band, At(x, at), At(mean, stat), At(rstd, stat), At(y, at));
  });
}

void NormalizeBackward(Context& context, absl::Span<const int64_t> group_rows, Tensor y,
                       Tensor rstd, Tensor dy, Output dx, Output dmean, Output dvariance) {
  ClearEmptyGroups(group_rows, {dmean, dvariance});
  ForEachBand(context, y.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(NormalizeBackwardBand)
    (band, At(y, at), At(rstd, stat), At(dy, at), At(dx, at), At(dmean, stat), At(dvariance, stat));
  });
}

void NormalizedError(Context& context, Tensor x, Tensor mean, Tensor rstd, Tensor target,
                     absl::Span<const int64_t> group_rows, Tensor sums) {
  ClearEmptyGroups(group_rows, {sums});
  ForEachBand(context, x.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(NormalizedErrorBand)
    (band, At(x, at), At(mean, stat), At(rstd, stat), At(target, at), At(sums, stat));
  });
}

void NormalizedErrorBackward(Context& context, Tensor x, Tensor mean, Tensor rstd, Tensor target,
                             absl::Span<const int64_t> group_rows, Real factor, Output dx,
                             Output dtarget, Output dmean, Output dvariance) {
  ClearEmptyGroups(group_rows, {dmean, dvariance});
  ForEachBand(context, x.shape().cols(), group_rows, [&](Band band, int64_t at, int64_t stat) {
    HWY_DYNAMIC_DISPATCH(NormalizedErrorBackwardBand)
    (band, At(x, at), At(mean, stat), At(rstd, stat), At(target, at), factor, At(dx, at),
     At(dtarget, at), At(dmean, stat), At(dvariance, stat));
  });
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
