#ifndef LADDER_DATA_WHITENING_H_
#define LADDER_DATA_WHITENING_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "data/dataset.h"

namespace ladder {

// ZCA whitening (Bell and Sejnowski 1997): of all linear maps that take the covariance of inputs to
// about the identity, the one that changes them least, so that images still look like images. Of
// the d values of an example x, as a row:
//
//   x' = (x - mean) W      W = (C + epsilon I)^(-1/2) = U diag(lambda)^(-1/2) U^T
//
// with the mean and the covariance C (divided by their number) of the examples it is fitted to, and
// C + epsilon I = U diag(lambda) U^T. All components are kept.
class Whitening {
 public:
  // The largest d. C alone has 8 d^2 bytes, a fit takes a few times that, and d^3 steps.
  static constexpr int64_t kMaxSize = 8192;

  // Computed in double, on one thread: d = 3072 takes a minute. epsilon > 0; an error if it is so
  // small that C + epsilon I is singular in double.
  static absl::StatusOr<Whitening> Fit(const Dataset& dataset, double epsilon);

  // Of a mean [d] and W [d, d].
  Whitening(std::vector<float> mean, std::vector<float> matrix)
      : mean_(std::move(mean)), matrix_(std::move(matrix)) {}

  // d.
  int64_t size() const { return static_cast<int64_t>(mean_.size()); }
  absl::Span<const float> mean() const { return mean_; }      // [d]
  absl::Span<const float> matrix() const { return matrix_; }  // W: [d, d], symmetric

  // Whitens all examples, which have size() values, by a matrix product on one thread.
  void Apply(Dataset* dataset) const;

 private:
  std::vector<float> mean_;
  std::vector<float> matrix_;
};

}  // namespace ladder

#endif  // LADDER_DATA_WHITENING_H_
