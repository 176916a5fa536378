#include "data/synthetic.h"

#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>
#include <vector>

#include "base/check.h"

namespace ladder {

Dataset TwoMoons(int64_t num_examples, double noise_stddev, RandomKey key) {
  LADDER_CHECK(num_examples >= 2) << "got num_examples = " << num_examples;
  LADDER_CHECK(noise_stddev >= 0) << "got noise_stddev = " << noise_stddev;
  struct Point {
    double x;
    double y;
    int32_t label;
  };
  std::vector<Point> points;
  points.reserve(static_cast<size_t>(num_examples));
  const int64_t num_outer = num_examples / 2;
  for (int64_t i = 0; i < num_examples; ++i) {
    const bool is_outer = i < num_outer;
    const int64_t count = is_outer ? num_outer : num_examples - num_outer;
    const int64_t index = is_outer ? i : i - num_outer;
    const double t = count == 1 ? 0 : std::numbers::pi * index / (count - 1);
    if (is_outer) {
      points.push_back({std::cos(t), std::sin(t), 0});
    } else {
      points.push_back({1 - std::cos(t), 0.5 - std::sin(t), 1});
    }
  }
  PhiloxSequence random(key);
  random.Shuffle(points);

  std::vector<float> inputs;
  inputs.reserve(2 * points.size());
  Dataset dataset;
  dataset.labels.reserve(points.size());
  for (const Point& point : points) {
    inputs.push_back(static_cast<float>(point.x + noise_stddev * random.Normal()));
    inputs.push_back(static_cast<float>(point.y + noise_stddev * random.Normal()));
    dataset.labels.push_back(point.label);
  }
  dataset.example_shape = {2};
  dataset.inputs = std::move(inputs);
  dataset.num_classes = 2;
  return dataset;
}

}  // namespace ladder
