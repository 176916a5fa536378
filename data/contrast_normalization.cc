#include "data/contrast_normalization.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "base/check.h"

namespace ladder {

void NormalizeContrast(double scale, Dataset* dataset) {
  LADDER_CHECK(scale > 0) << "got scale = " << scale;
  constexpr double kMinNorm = 1e-8;
  const auto size = static_cast<size_t>(dataset->example_size());
  std::vector<float>& inputs = dataset->MakeFloats();
  for (size_t begin = 0; begin < inputs.size(); begin += size) {
    const absl::Span<float> x = absl::MakeSpan(&inputs[begin], size);
    double sum = 0;
    for (const float value : x) sum += value;
    const double mean = sum / static_cast<double>(size);
    double squares = 0;
    for (const float value : x) squares += (value - mean) * (value - mean);
    const double factor = scale / std::max(std::sqrt(squares), kMinNorm);
    for (float& value : x) value = static_cast<float>((value - mean) * factor);
  }
}

}  // namespace ladder
