#include "ladder/level_shapes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/field_check.h"
#include "base/status_macros.h"
#include "ladder/combinator.h"

namespace ladder {
namespace {

// Sizes stay within 32 bits, as BLAS counts rows and columns.
constexpr int64_t kMaxElements = std::numeric_limits<int32_t>::max();

// The number of places along an axis of `size` that a convolution computes; 0 or less if the kernel
// does not fit. In floating point, where nothing overflows.
double ConvolutionSize(double size, const Convolution& convolution) {
  const double kernel = static_cast<double>(convolution.kernel());
  const double stride = static_cast<double>(convolution.stride());
  switch (convolution.padding()) {
    case Convolution::VALID:
      return std::floor((size - kernel) / stride) + 1;
    case Convolution::FULL:
      return std::floor((size + kernel - 2) / stride) + 1;
    case Convolution::SAME:
      return std::ceil(size / stride);
  }
  LADDER_CHECK(false) << "padding " << convolution.padding();
  return 0;
}

// As MaxPool2d in ceil mode: each position is in a window as far as the stride allows, and none
// starts outside of the image.
double PoolSize(double size, const MaxPool& pool) {
  const double window = static_cast<double>(pool.window());
  const double stride = static_cast<double>(pool.stride());
  if (size <= window) return 1;
  return std::min(std::ceil((size - window) / stride) + 1, std::ceil(size / stride));
}

// Height, width, channels; or units alone, as 1 x 1 x units.
struct Size {
  double height = 1, width = 1, channels = 1;
  bool is_image = false;

  double size() const { return height * width * channels; }
  Shape ToShape() const {
    const int64_t c = static_cast<int64_t>(channels);
    return is_image ? Shape({static_cast<int64_t>(height), static_cast<int64_t>(width), c})
                    : Shape({c});
  }
};

// The weights between a level and the one below.
double NumWeights(const Layer& layer, const Size& below, const Size& here) {
  switch (layer.kind_case()) {
    case Layer::kFullyConnected:
      return below.size() * here.channels;
    case Layer::kConvolution: {
      const double kernel = static_cast<double>(layer.convolution().kernel());
      return kernel * kernel * below.channels * here.channels;
    }
    default:
      return 0;
  }
}

double CombinatorParameters(const Decoder& decoder, const Size& here) {
  return static_cast<double>(NumCombinatorParameters(decoder)) * here.channels;
}

}  // namespace

std::string WidthPath(const Model& model, int layer) {
  const std::string path = absl::StrCat("model.layers[", layer, "]");
  switch (model.layers(layer).kind_case()) {
    case Layer::kFullyConnected:
      return path + ".fully_connected.units";
    case Layer::kConvolution:
      return path + ".convolution.filters";
    default:
      return path;
  }
}

absl::StatusOr<std::vector<Shape>> LevelShapes(const Model& model, const FieldLocations& locations,
                                               absl::Span<const int64_t> example_shape) {
  const FieldCheck check(&locations);
  const bool is_image = !model.layers(0).has_fully_connected();
  if (is_image && example_shape.size() != 3) {
    return check.Error(
        "model.layers[0]",
        absl::StrCat("works on images, and the data has examples of shape ",
                     Shape(example_shape).ToString(), ": put fully connected layers on them"));
  }
  Size below;
  below.is_image = is_image;
  if (is_image) {
    below.height = static_cast<double>(example_shape[0]);
    below.width = static_cast<double>(example_shape[1]);
    below.channels = static_cast<double>(example_shape[2]);
  } else {
    for (const int64_t size : example_shape) below.channels *= static_cast<double>(size);
  }
  std::vector<Shape> shapes = {below.ToShape()};
  bool decode_below = model.input().has_decoder();
  double parameters = decode_below ? CombinatorParameters(model.input().decoder(), below) : 0;
  for (int i = 0; i < model.layers_size(); ++i) {
    const Layer& layer = model.layers(i);
    const std::string path = absl::StrCat("model.layers[", i, "]");
    if (!layer.has_fully_connected() && !below.is_image) {
      return check.Error(path, "works on images: no fully connected layer can be below it");
    }
    Size here;
    here.is_image = true;
    here.channels = below.channels;
    switch (layer.kind_case()) {
      case Layer::kFullyConnected:
        here.is_image = false;
        here.channels = static_cast<double>(layer.fully_connected().units());
        break;
      case Layer::kConvolution:
        here.height = ConvolutionSize(below.height, layer.convolution());
        here.width = ConvolutionSize(below.width, layer.convolution());
        here.channels = static_cast<double>(layer.convolution().filters());
        break;
      case Layer::kMaxPool:
        here.height = PoolSize(below.height, layer.max_pool());
        here.width = PoolSize(below.width, layer.max_pool());
        break;
      case Layer::kGlobalMeanPool:
        break;
      case Layer::KIND_NOT_SET:
        LADDER_CHECK(false) << path << " has no kind";
    }
    if (here.height < 1 || here.width < 1) {
      return check.Error(path + ".convolution.kernel",
                         absl::StrCat("must be at most ", std::min(below.height, below.width),
                                      ", the smaller side of the images of ", below.height, " x ",
                                      below.width, " below, got ", layer.convolution().kernel()));
    }
    parameters += NumWeights(layer, below, here) * (decode_below ? 2 : 1);
    if (layer.has_decoder()) parameters += CombinatorParameters(layer.decoder(), here);
    LADDER_RETURN_IF_ERROR(
        parameters <= static_cast<double>(kMaxElements)
            ? absl::OkStatus()
            : check.Error(WidthPath(model, i),
                          absl::StrCat("must be fewer: ", here.channels, " on ", below.size(),
                                       " units below make ", parameters,
                                       " parameters, and there can be ", kMaxElements)));
    if (here.size() > static_cast<double>(kMaxElements)) {
      return check.Error(path, absl::StrCat("has ", here.size(),
                                            " values an example, and there can be ", kMaxElements));
    }
    shapes.push_back(here.ToShape());
    below = here;
    decode_below = layer.has_decoder();
  }
  return shapes;
}

}  // namespace ladder
