#include "data/synthetic.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

constexpr RandomKey kKey = {.seed = 11, .stream = 2};

struct Point {
  float x;
  float y;
  int32_t label;
};

std::vector<Point> Points(const Dataset& dataset) {
  const auto& values = std::get<std::vector<float>>(dataset.inputs);
  std::vector<Point> points;
  for (size_t i = 0; i < dataset.labels.size(); ++i) {
    points.push_back({values[2 * i], values[2 * i + 1], dataset.labels[i]});
  }
  return points;
}

MATCHER_P3(IsPoint, x, y, label, "") {
  return std::abs(arg.x - x) < 1e-6 && std::abs(arg.y - y) < 1e-6 && arg.label == label;
}

TEST(TwoMoonsTest, WithoutNoisePointsLieEvenlyOnTheCircles) {
  const Dataset dataset = TwoMoons(7, 0, kKey);

  // Three on the outer half circle, four on the inner: t = 0, pi/3, 2 pi/3, pi.
  const double h = std::sqrt(3) / 2;
  EXPECT_THAT(Points(dataset),
              UnorderedElementsAre(IsPoint(1, 0, 0), IsPoint(0, 1, 0), IsPoint(-1, 0, 0),
                                   IsPoint(0, 0.5, 1), IsPoint(0.5, 0.5 - h, 1),
                                   IsPoint(1.5, 0.5 - h, 1), IsPoint(2, 0.5, 1)));
}

TEST(TwoMoonsTest, SaysWhatItIs) {
  const Dataset dataset = TwoMoons(7, 0.1, kKey);

  EXPECT_THAT(dataset.example_shape, ElementsAre(2));
  EXPECT_EQ(dataset.num_examples(), 7);
  EXPECT_EQ(dataset.num_classes, 2);
}

TEST(TwoMoonsTest, ClassesAreShuffled) {
  const Dataset dataset = TwoMoons(100, 0, kKey);

  EXPECT_EQ(std::count(dataset.labels.begin(), dataset.labels.end(), 1), 50);
  EXPECT_FALSE(std::is_sorted(dataset.labels.begin(), dataset.labels.end()));
}

TEST(TwoMoonsTest, NoiseHasTheGivenDeviationOnBothCoordinates) {
  const int64_t n = 20000;
  const double stddev = 0.25;
  // The same key draws the same order, so the difference is the noise alone.
  const std::vector<Point> noisy = Points(TwoMoons(n, stddev, kKey));
  const std::vector<Point> clean = Points(TwoMoons(n, 0, kKey));
  double sum_x = 0, sum_y = 0, sum_xx = 0, sum_yy = 0, sum_xy = 0;
  for (size_t i = 0; i < noisy.size(); ++i) {
    const double x = noisy[i].x - clean[i].x;
    const double y = noisy[i].y - clean[i].y;
    sum_x += x;
    sum_y += y;
    sum_xx += x * x;
    sum_yy += y * y;
    sum_xy += x * y;
  }

  // Within about five standard deviations of these estimates.
  EXPECT_NEAR(sum_x / n, 0, 0.009);
  EXPECT_NEAR(sum_y / n, 0, 0.009);
  EXPECT_NEAR(std::sqrt(sum_xx / n), stddev, 0.0065);
  EXPECT_NEAR(std::sqrt(sum_yy / n), stddev, 0.0065);
  EXPECT_NEAR(sum_xy / n, 0, 0.0022);
}

TEST(TwoMoonsTest, TheKeyDecides) {
  const auto inputs = [](RandomKey key) { return TwoMoons(50, 0.1, key).inputs; };

  EXPECT_EQ(inputs(kKey), inputs(kKey));
  EXPECT_NE(inputs(kKey), inputs({.seed = 12, .stream = 2}));
}

TEST(TwoMoonsTest, TwoPointsAreTheFirstOfEachMoon) {
  EXPECT_THAT(Points(TwoMoons(2, 0, kKey)),
              UnorderedElementsAre(IsPoint(1, 0, 0), IsPoint(0, 0.5, 1)));
}

TEST(TwoMoonsDeathTest, WrongArgumentsDie) {
  EXPECT_DEATH(TwoMoons(1, 0, kKey), "got num_examples = 1");
  EXPECT_DEATH(TwoMoons(2, -0.1, kKey), "got noise_stddev = -0.1");
}

}  // namespace
}  // namespace ladder
