#include "ladder/level_shapes.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

using testing::ElementsAre;

// The shapes of a model of these layers, each in a line of its own from line 3 on.
absl::StatusOr<std::vector<Shape>> Shapes(const std::string& layers,
                                          const std::vector<int64_t>& example_shape) {
  Experiment experiment;
  FieldLocations locations;
  const std::string text = "data { digits {} }\nmodel {\n" + layers + "}\n";
  EXPECT_TRUE(ParseTextProto(text, "x.pbtxt", &experiment, &locations).ok());
  const absl::StatusOr<Experiment> resolved = Resolve(experiment, locations);
  if (!resolved.ok()) return resolved.status();
  return LevelShapes(resolved->model(), locations, example_shape);
}

std::string Error(const std::string& layers, const std::vector<int64_t>& example_shape) {
  return std::string(Shapes(layers, example_shape).status().message());
}

// "Conv-Small" of Rasmus et al. 2015 on MNIST.
TEST(LevelShapesTest, FollowConvolutionsAndPoolings) {
  EXPECT_THAT(Shapes("layers { convolution { filters: 32 kernel: 5 padding: FULL } }\n"
                     "layers { max_pool {} }\n"
                     "layers { convolution { filters: 64 kernel: 3 } }\n"
                     "layers { convolution { filters: 64 kernel: 3 padding: FULL } }\n"
                     "layers { max_pool {} }\n"
                     "layers { convolution { filters: 128 kernel: 3 } }\n"
                     "layers { convolution { filters: 10 kernel: 1 } }\n"
                     "layers { global_mean_pool {} }\n"
                     "layers { fully_connected { units: 10 } }\n",
                     {28, 28, 1})
                  .value(),
              ElementsAre(Shape({28, 28, 1}), Shape({32, 32, 32}), Shape({16, 16, 32}),
                          Shape({14, 14, 64}), Shape({16, 16, 64}), Shape({8, 8, 64}),
                          Shape({6, 6, 128}), Shape({6, 6, 10}), Shape({1, 1, 10}), Shape({10})));
}

TEST(LevelShapesTest, StridesAndSamePaddingRoundUp) {
  EXPECT_THAT(Shapes("layers { convolution { filters: 3 kernel: 3 stride: 2 padding: SAME } }\n"
                     "layers { convolution { filters: 4 kernel: 2 stride: 2 } }\n"
                     "layers { max_pool { window: 3 stride: 1 } }\n"
                     "layers { fully_connected { units: 2 } }\n",
                     {11, 8, 2})
                  .value(),
              ElementsAre(Shape({11, 8, 2}), Shape({6, 4, 3}), Shape({3, 2, 4}), Shape({1, 1, 4}),
                          Shape({2})));
}

// As MaxPool2d: no window starts outside of the image.
TEST(LevelShapesTest, AStrideMayLeavePixelsOut) {
  EXPECT_THAT(Shapes("layers { max_pool { window: 2 stride: 7 } }\n"
                     "layers { fully_connected { units: 2 } }\n",
                     {5, 9, 1})
                  .value(),
              ElementsAre(Shape({5, 9, 1}), Shape({1, 2, 1}), Shape({2})));
}

TEST(LevelShapesTest, FullyConnectedLayersSeeNumbersOnly) {
  EXPECT_THAT(Shapes("layers { fully_connected { units: 2 } }\n", {4, 5, 3}).value(),
              ElementsAre(Shape({60}), Shape({2})));
}

TEST(LevelShapesTest, ImagesAreAskedFor) {
  EXPECT_EQ(Error("layers { global_mean_pool {} }\n", {64}),
            "x.pbtxt:3:1: model.layers[0] works on images, and the data has examples of shape "
            "[64]: put fully connected layers on them");
  EXPECT_EQ(Error("layers { fully_connected { units: 2 } }\nlayers { max_pool {} }\n", {8, 8, 1}),
            "x.pbtxt:4:1: model.layers[1] works on images: no fully connected layer can be below "
            "it");
}

TEST(LevelShapesTest, AKernelFitsIntoItsImage) {
  EXPECT_EQ(Error("layers { convolution { filters: 2 kernel: 6 } }\n", {7, 5, 1}),
            "x.pbtxt:3:35: model.layers[0].convolution.kernel must be at most 5, the smaller side "
            "of the images of 7 x 5 below, got 6");
}

TEST(LevelShapesTest, SizesCanBeCounted) {
  EXPECT_EQ(Error("layers { convolution { filters: 2000000000 kernel: 3 } }\n", {7, 5, 1}),
            "x.pbtxt:3:24: model.layers[0].convolution.filters must be fewer: 2e+09 on 35 units "
            "below make 1.8e+10 parameters, and there can be 2147483647");
  EXPECT_EQ(Error("layers { convolution { filters: 100000000 kernel: 1 } }\n", {9, 9, 1}),
            "x.pbtxt:3:1: model.layers[0] has 8.1e+09 values an example, and there can be "
            "2147483647");
}

}  // namespace
}  // namespace ladder
