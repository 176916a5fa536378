#include "ladder/layer_map.h"

#include <cmath>

#include "absl/container/inlined_vector.h"
#include "base/check.h"
#include "ops/convolution.h"
#include "ops/matmul.h"
#include "ops/pooling.h"
#include "ops/shape_ops.h"

namespace ladder {
namespace {

Parameter* AddMatrix(int64_t fan_in, int64_t fan_out, const std::string& name, RandomKey key,
                     ParameterSet* parameters) {
  const double stddev = 1 / std::sqrt(static_cast<double>(fan_in));
  return &parameters->Add(name, {fan_in, fan_out}, Normal(static_cast<Real>(stddev), key));
}

// `channels` of the images that the convolution, or its transpose, takes.
Parameter* AddKernel(const Convolution& convolution, const Shape& below, int64_t channels,
                     const std::string& name, RandomKey key, ParameterSet* parameters) {
  const int64_t k = convolution.kernel();
  const double limit = std::sqrt(3 / static_cast<double>(k * k * channels));
  return &parameters->Add(name, {k, k, below.cols(), convolution.filters()},
                          Uniform(static_cast<Real>(limit), key));
}

Conv2dOptions ToOptions(const Convolution& convolution) {
  Conv2dOptions options = {.stride_height = convolution.stride(),
                           .stride_width = convolution.stride()};
  switch (convolution.padding()) {
    case Convolution::VALID:
      options.padding = Padding::kValid;
      break;
    case Convolution::FULL:
      options.padding = Padding::kFull;
      break;
    case Convolution::SAME:
      options.padding = Padding::kSame;
      break;
  }
  return options;
}

// Cuts what reaches over the lower and right edge of images off, or adds zeros there.
Variable Fit(Variable x, const Shape& image) {
  const int64_t bottom = image[0] - x.shape()[1];
  const int64_t right = image[1] - x.shape()[2];
  return bottom == 0 && right == 0 ? x : Pad2d(x, 0, bottom, 0, right);
}

}  // namespace

Parameter* AddEncoderWeights(const Layer& layer, const Shape& below, const Shape& here,
                             const std::string& name, RandomKey key, ParameterSet* parameters) {
  switch (layer.kind_case()) {
    case Layer::kFullyConnected:
      return AddMatrix(below.size(), here.size(), name, key, parameters);
    case Layer::kConvolution:
      return AddKernel(layer.convolution(), below, below.cols(), name, key, parameters);
    default:
      return nullptr;
  }
}

Parameter* AddDecoderWeights(const Layer& layer, const Shape& below, const Shape& here,
                             const std::string& name, RandomKey key, ParameterSet* parameters) {
  switch (layer.kind_case()) {
    case Layer::kFullyConnected:
      return AddMatrix(here.size(), below.size(), name, key, parameters);
    case Layer::kConvolution:
      return AddKernel(layer.convolution(), below, here.cols(), name, key, parameters);
    default:
      return nullptr;
  }
}

Variable Up(const Layer& layer, Variable h, Variable w) {
  switch (layer.kind_case()) {
    case Layer::kFullyConnected:
      return Linear(WithExampleShape(h, {w.shape()[0]}), w);
    case Layer::kConvolution:
      return Conv2d(h, w, ToOptions(layer.convolution()));
    case Layer::kMaxPool: {
      const MaxPool& pool = layer.max_pool();
      return MaxPool2d(h, {.height = pool.window(),
                           .width = pool.window(),
                           .stride_height = pool.stride(),
                           .stride_width = pool.stride(),
                           .ceil_mode = true});
    }
    case Layer::kGlobalMeanPool:
      return GlobalMeanPool2d(h);
    case Layer::KIND_NOT_SET:
      break;
  }
  LADDER_CHECK(false) << "a layer of no kind";
  return h;
}

Variable Down(const Layer& layer, const Shape& below, Variable z_est, Variable v) {
  switch (layer.kind_case()) {
    case Layer::kFullyConnected:
      return WithExampleShape(Linear(z_est, v), below);
    case Layer::kConvolution:
      return Fit(ConvTranspose2d(z_est, v, ToOptions(layer.convolution())), below);
    case Layer::kMaxPool:
      return Fit(UpsampleNearest2d(z_est, layer.max_pool().stride(), layer.max_pool().stride()),
                 below);
    case Layer::kGlobalMeanPool:
      return UpsampleNearest2d(z_est, below[0], below[1]);
    case Layer::KIND_NOT_SET:
      break;
  }
  LADDER_CHECK(false) << "a layer of no kind";
  return z_est;
}

Variable WithExampleShape(Variable x, const Shape& example) {
  if (x.shape().sizes().subspan(1) == example.sizes()) return x;
  absl::InlinedVector<int64_t, Shape::kMaxRank> sizes = {x.shape()[0]};
  sizes.insert(sizes.end(), example.sizes().begin(), example.sizes().end());
  return Reshape(x, sizes);
}

}  // namespace ladder
