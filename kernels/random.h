#ifndef LADDER_KERNELS_RANDOM_H_
#define LADDER_KERNELS_RANDOM_H_

#include "base/philox.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder::kernels {

// Random numbers by position: element p of the result is a pure function of (key, p).
//
// With s = p div 64, r = p mod 64, j = r div 16 and b = r mod 16, position p takes word j of the
// Philox block 16 s + b, so that sixteen consecutive positions come from sixteen blocks side by
// side in vector registers. A word w is the uniform number u(w) = (floor(w / 2^9) + 1/2) / 2^23 in
// (0, 1), exact in float.

// Positions whose numbers are made together.
inline constexpr int64_t kRandomGroup = 64;

// y = u.
void FillUniform(Context& context, RandomKey key, Tensor y);

// y = x + stddev n, with n standard normal by Box and Muller's method: for j = 0, 1
// sqrt(-2 ln u(w0)) times cos, sin of 2 pi u(w1); for j = 2, 3 likewise of w2 and w3.
// y may be x.
void AddNormal(Context& context, RandomKey key, Real stddev, Tensor x, Tensor y);

// The same numbers times stddev, without x, for positions [begin, end) alone: y[0] is for `begin`,
// a multiple of kRandomGroup. For kernels that have threads of their own.
void Normals(RandomKey key, Real stddev, int64_t begin, int64_t end, Real* y);

}  // namespace ladder::kernels

#endif  // LADDER_KERNELS_RANDOM_H_
