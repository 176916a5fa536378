// Compiled once for each instruction set that Highway knows; the loops are plain, the compiler
// makes vectors of them.
#include "kernels/combinator.h"

#include <cstdint>
#include <utility>

#include "kernels/band.h"
#include "kernels/elementwise.h"
#include "kernels/vector_math.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/combinator.cc"
#include "hwy/foreach_target.h"
// Must follow foreach_target.h.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace ladder::kernels::HWY_NAMESPACE {

#define LADDER_INLINE __attribute__((always_inline)) static inline

// One element of each formula: its value, and what a gradient dy of that gives to z, u and the
// parameters, da. `a` are the parameters of the element's unit, in the order of ops/combinator.h.
// All calls are inlined and all indices constants, so that the arrays are registers.

struct Gauss {
  static constexpr int kParameters = 10;
  LADDER_INLINE Real Value(Real z, Real u, const Real* a) {
    const Real mu = a[0] * VectorSigmoid(a[1] * u + a[2]) + a[3] * u + a[4];
    const Real v = a[5] * VectorSigmoid(a[6] * u + a[7]) + a[8] * u + a[9];
    return (z - mu) * v + mu;
  }
  LADDER_INLINE void Gradient(Real z, Real u, const Real* a, Real dy, Real* dz, Real* du,
                              Real* da) {
    const Real s1 = VectorSigmoid(a[1] * u + a[2]);
    const Real s2 = VectorSigmoid(a[6] * u + a[7]);
    const Real mu = a[0] * s1 + a[3] * u + a[4];
    const Real v = a[5] * s2 + a[8] * u + a[9];
    const Real dmu = dy * (1 - v);
    const Real dv = dy * (z - mu);
    // With respect to the arguments of the two sigmoids.
    const Real dt1 = dmu * a[0] * s1 * (1 - s1);
    const Real dt2 = dv * a[5] * s2 * (1 - s2);
    *dz = dy * v;
    *du = dt1 * a[1] + dmu * a[3] + dt2 * a[6] + dv * a[8];
    da[0] = dmu * s1;
    da[1] = dt1 * u;
    da[2] = dt1;
    da[3] = dmu * u;
    da[4] = dmu;
    da[5] = dv * s2;
    da[6] = dt2 * u;
    da[7] = dt2;
    da[8] = dv * u;
    da[9] = dv;
  }
};

struct GatedGauss {
  static constexpr int kParameters = 7;
  LADDER_INLINE Real Value(Real z, Real u, const Real* a) {
    const Real mu = a[0] * VectorSigmoid(a[1] * u + a[2]) + a[3] * u + a[4];
    const Real v = VectorSigmoid(a[5] * u + a[6]);
    return (z - mu) * v + mu;
  }
  LADDER_INLINE void Gradient(Real z, Real u, const Real* a, Real dy, Real* dz, Real* du,
                              Real* da) {
    const Real s = VectorSigmoid(a[1] * u + a[2]);
    const Real mu = a[0] * s + a[3] * u + a[4];
    const Real v = VectorSigmoid(a[5] * u + a[6]);
    const Real dmu = dy * (1 - v);
    // With respect to the arguments of the two sigmoids.
    const Real dt1 = dmu * a[0] * s * (1 - s);
    const Real dt2 = dy * (z - mu) * v * (1 - v);
    *dz = dy * v;
    *du = dt1 * a[1] + dmu * a[3] + dt2 * a[5];
    da[0] = dmu * s;
    da[1] = dt1 * u;
    da[2] = dt1;
    da[3] = dmu * u;
    da[4] = dmu;
    da[5] = dt2 * u;
    da[6] = dt2;
  }
};

struct Sigmoid {
  static constexpr int kParameters = 9;
  LADDER_INLINE Real Value(Real z, Real u, const Real* a) {
    const Real zu = z * u;
    const Real s = VectorSigmoid(a[5] + a[6] * z + a[7] * u + a[8] * zu);
    return a[0] + a[1] * z + a[2] * u + a[3] * zu + a[4] * s;
  }
  LADDER_INLINE void Gradient(Real z, Real u, const Real* a, Real dy, Real* dz, Real* du,
                              Real* da) {
    const Real zu = z * u;
    const Real s = VectorSigmoid(a[5] + a[6] * z + a[7] * u + a[8] * zu);
    const Real dt = dy * a[4] * s * (1 - s);  // with respect to the sigmoid's argument
    *dz = dy * (a[1] + a[3] * u) + dt * (a[6] + a[8] * u);
    *du = dy * (a[2] + a[3] * z) + dt * (a[7] + a[8] * z);
    da[0] = dy;
    da[1] = dy * z;
    da[2] = dy * u;
    da[3] = dy * zu;
    da[4] = dy * s;
    da[5] = dt;
    da[6] = dt * z;
    da[7] = dt * u;
    da[8] = dt * zu;
  }
};

struct NoMult {
  static constexpr int kParameters = 7;
  LADDER_INLINE Real Value(Real z, Real u, const Real* a) {
    return a[0] + a[1] * z + a[2] * u + a[3] * VectorSigmoid(a[4] + a[5] * z + a[6] * u);
  }
  LADDER_INLINE void Gradient(Real z, Real u, const Real* a, Real dy, Real* dz, Real* du,
                              Real* da) {
    const Real s = VectorSigmoid(a[4] + a[5] * z + a[6] * u);
    const Real dt = dy * a[3] * s * (1 - s);
    *dz = dy * a[1] + dt * a[5];
    *du = dy * a[2] + dt * a[6];
    da[0] = dy;
    da[1] = dy * z;
    da[2] = dy * u;
    da[3] = dy * s;
    da[4] = dt;
    da[5] = dt * z;
    da[6] = dt * u;
  }
};

struct NoSig {
  static constexpr int kParameters = 4;
  LADDER_INLINE Real Value(Real z, Real u, const Real* a) {
    return a[0] + a[1] * z + a[2] * u + a[3] * z * u;
  }
  LADDER_INLINE void Gradient(Real z, Real u, const Real* a, Real dy, Real* dz, Real* du,
                              Real* da) {
    *dz = dy * (a[1] + a[3] * u);
    *du = dy * (a[2] + a[3] * z);
    da[0] = dy;
    da[1] = dy * z;
    da[2] = dy * u;
    da[3] = dy * z * u;
  }
};

struct Linear {
  static constexpr int kParameters = 3;
  LADDER_INLINE Real Value(Real z, Real u, const Real* a) { return a[0] + a[1] * z + a[2] * u; }
  LADDER_INLINE void Gradient(Real z, Real u, const Real* a, Real dy, Real* dz, Real* du,
                              Real* da) {
    *dz = dy * a[1];
    *du = dy * a[2];
    da[0] = dy;
    da[1] = dy * z;
    da[2] = dy * u;
  }
};

#undef LADDER_INLINE

template <class F, int... k>
void FormulaBand(std::integer_sequence<int, k...>, Band band, const Real* z, const Real* u,
                 const Real* HWY_RESTRICT a, Real* HWY_RESTRICT y) {
  for (int64_t i = 0; i < band.rows; ++i) {
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real unit[] = {a[k * band.stride + j]...};
      y[at] = F::Value(z[at], u[at], unit);
    }
  }
}

template <class F, int... k>
void FormulaBackwardBand(std::integer_sequence<int, k...>, Band band, const Real* z, const Real* u,
                         const Real* HWY_RESTRICT a, const Real* HWY_RESTRICT dy, BandOutput dz,
                         BandOutput du, BandOutput da) {
  Real sums[sizeof...(k)][kBandColumns] = {};
  for (int64_t i = 0; i < band.rows; ++i) {
    Real dz_row[kBandColumns], du_row[kBandColumns];
    for (int64_t j = 0; j < band.cols; ++j) {
      const int64_t at = i * band.stride + j;
      const Real unit[] = {a[k * band.stride + j]...};
      Real d[sizeof...(k)];
      F::Gradient(z[at], u[at], unit, dy[at], &dz_row[j], &du_row[j], d);
      ((sums[k][j] += d[k]), ...);
    }
    dz.Put(band.cols, dz_row, i * band.stride);
    du.Put(band.cols, du_row, i * band.stride);
  }
  for (int p = 0; p < F::kParameters; ++p) da.Put(band.cols, sums[p], p * band.stride);
}

// Calls body(formula's type).
template <class Body>
void Dispatch(Formula formula, const Body& body) {
  switch (formula) {
    case Formula::kGauss:
      return body(Gauss());
    case Formula::kGatedGauss:
      return body(GatedGauss());
    case Formula::kSigmoid:
      return body(Sigmoid());
    case Formula::kNoMult:
      return body(NoMult());
    case Formula::kNoSig:
      return body(NoSig());
    case Formula::kLinear:
      return body(Linear());
  }
}

void CombinatorBand(Formula formula, Band band, const Real* z, const Real* u, const Real* a,
                    Real* y) {
  Dispatch(formula, [&](auto f) {
    using F = decltype(f);
    FormulaBand<F>(std::make_integer_sequence<int, F::kParameters>(), band, z, u, a, y);
  });
}

void CombinatorBackwardBand(Formula formula, Band band, const Real* z, const Real* u, const Real* a,
                            const Real* dy, BandOutput dz, BandOutput du, BandOutput da) {
  Dispatch(formula, [&](auto f) {
    using F = decltype(f);
    FormulaBackwardBand<F>(std::make_integer_sequence<int, F::kParameters>(), band, z, u, a, dy, dz,
                           du, da);
  });
}

int NumParametersOf(Formula formula) {
  int result = 0;
  Dispatch(formula, [&](auto f) { result = decltype(f)::kParameters; });
  return result;
}

}  // namespace ladder::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ladder::kernels {
namespace {

HWY_EXPORT(CombinatorBand);
HWY_EXPORT(CombinatorBackwardBand);
HWY_EXPORT(NumParametersOf);

}  // namespace

int NumParameters(Formula formula) { return HWY_DYNAMIC_DISPATCH(NumParametersOf)(formula); }

// With one group, the offset into the statistics is the band's first column: that of `a` too.
void Combinator(Context& context, Formula formula, Tensor z, Tensor u, Tensor a, Tensor y) {
  ForEachBand(context, z.shape().cols(), {z.shape().rows()},
              [&](Band band, int64_t at, int64_t column) {
                HWY_DYNAMIC_DISPATCH(CombinatorBand)
                (formula, band, At(z, at), At(u, at), At(a, column), At(y, at));
              });
}

void CombinatorBackward(Context& context, Formula formula, Tensor z, Tensor u, Tensor a, Tensor dy,
                        Output dz, Output du, Output da) {
  if (z.size() == 0) Accumulator(context, da);  // without rows, there is no band to write it
  ForEachBand(context, z.shape().cols(), {z.shape().rows()},
              [&](Band band, int64_t at, int64_t column) {
                HWY_DYNAMIC_DISPATCH(CombinatorBackwardBand)
                (formula, band, At(z, at), At(u, at), At(a, column), At(dy, at), At(dz, at),
                 At(du, at), At(da, column));
              });
}

}  // namespace ladder::kernels
#endif  // HWY_ONCE
