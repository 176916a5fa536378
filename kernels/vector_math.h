#ifndef LADDER_KERNELS_VECTOR_MATH_H_
#define LADDER_KERNELS_VECTOR_MATH_H_

#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

#include "tensor/tensor.h"

// Elementary functions without branches or calls, so that the compiler turns a loop over them into
// vector instructions. In float: polynomials fitted to within 2 units in the last place. In double,
// where gradients are checked and speed does not count: the standard library.

namespace ladder::kernels {

#define LADDER_INLINE inline __attribute__((always_inline))

// e^x. Inputs below -87 give e^-87 (1.6e-38) instead of denormal numbers; above 88 e^88.
LADDER_INLINE Real VectorExp(Real x) {
  if constexpr (sizeof(Real) == 8) {
    return std::exp(x);
  } else {
    // x = n ln 2 + r with |r| <= ln 2 / 2; ln 2 in two parts, so that r keeps all its bits. Adding
    // 1.5 2^23 rounds to an integer and leaves it in the last bits of the sum. NaN stays NaN: what
    // it is multiplied by does not matter.
    const float clipped = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
    const float shifted = clipped * 1.44269504f + 0x1.8p23f;
    const float n = shifted - 0x1.8p23f;
    const float r = (clipped - n * 0.693359375f) + n * 2.12194440e-4f;
    float p = 0.0013950488f;
    p = p * r + 0.0083688879f;
    p = p * r + 0.041666206f;
    p = p * r + 0.16666518f;
    p = p * r + 0.5f;
    p = p * r * r + r + 1.0f;
    const uint32_t power = (std::bit_cast<uint32_t>(shifted) << 23) + 0x3F800000;  // 2^n
    return p * std::bit_cast<float>(power);
  }
}

// 1 / (1 + e^-x).
LADDER_INLINE Real VectorSigmoid(Real x) { return Real{1} / (Real{1} + VectorExp(-x)); }

// ln x for normal x > 0.
LADDER_INLINE Real VectorLog(Real x) {
  if constexpr (sizeof(Real) == 8) {
    return std::log(x);
  } else {
    // x = 2^n (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)).
    const int32_t bits = std::bit_cast<int32_t>(static_cast<float>(x));
    const int32_t n = (bits - 0x3F3504F3) >> 23;
    const float f = std::bit_cast<float>(bits - n * (1 << 23)) - 1.0f;
    float p = -0.078596115f;
    p = p * f + 0.12881647f;
    p = p * f - 0.13128754f;
    p = p * f + 0.14181192f;
    p = p * f - 0.16624554f;
    p = p * f + 0.20002286f;
    p = p * f - 0.25000811f;
    p = p * f + 0.33333316f;
    return static_cast<float>(n) * 0.693147182f + (f + f * f * (p * f - 0.5f));
  }
}

// ln(1 + e^x), as max(x, 0) + ln(1 + e) with e = e^-|x|.
LADDER_INLINE Real VectorSoftplus(Real x) {
  const Real positive = x < 0 ? 0 : x;
  if constexpr (sizeof(Real) == 8) {
    return positive + std::log1p(std::exp(-std::abs(x)));
  } else {
    // The rounding error of u = 1 + e is in u - 1 and in ln u alike, and their quotient is free of
    // it (Kahan).
    const Real e = VectorExp(-std::abs(x));
    const Real u = 1 + e;
    const Real quotient = e / (u - 1);
    return positive + (u == 1 ? e : VectorLog(u) * quotient);
  }
}

// tanh x.
LADDER_INLINE Real VectorTanh(Real x) {
  if constexpr (sizeof(Real) == 8) {
    return std::tanh(x);
  } else {
    // Near 0 a polynomial, since there the quotient loses its digits.
    const Real s = x * x;
    Real p = -0.0057049887f;
    p = p * s + 0.020639089f;
    p = p * s - 0.053739716f;
    p = p * s + 0.13331442f;
    p = p * s - 0.33333282f;
    const Real near = x + x * s * p;
    const Real e = VectorExp(-2 * std::abs(x));
    const Real quotient = (1 - e) / (1 + e);
    const Real far = x < 0 ? -quotient : quotient;
    return s < 0.390625f ? near : far;
  }
}

// The point at `turn` turns, in [0, 1), on the unit circle: cos and sin of 2 pi turn.
LADDER_INLINE void VectorCosSin(Real turn, Real& cosine, Real& sine) {
  if constexpr (sizeof(Real) == 8) {
    cosine = std::cos(2 * std::numbers::pi_v<Real> * turn);
    sine = std::sin(2 * std::numbers::pi_v<Real> * turn);
  } else {
    // turn = (quarter + r) / 4 with |r| <= 1/2.
    const float quarters = 4.0f * turn;
    const int32_t quarter = static_cast<int32_t>(quarters + 0.5f);
    const float r = quarters - static_cast<float>(quarter);
    const float s = r * r;
    float p = -0.0046021771f;
    p = p * s + 0.079680227f;
    p = p * s - 0.64596351f;
    p = (p * s + 1.57079637f) * r;
    float q = 0.00090402167f;
    q = q * s - 0.020860288f;
    q = q * s + 0.25366923f;
    q = (q * s - 1.23370051f) * s + 1.0f;
    // A quarter turn takes (cos, sin) to (-sin, cos).
    const float c = quarter & 1 ? p : q;
    const float t = quarter & 1 ? q : p;
    cosine = (quarter + 1) & 2 ? -c : c;
    sine = quarter & 2 ? -t : t;
  }
}

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_VECTOR_MATH_H_
