#include "tools/stand_in_data.h"

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/philox.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

Dataset RandomImages(int64_t num_images, const std::vector<int64_t>& shape) {
  Dataset dataset;
  dataset.example_shape = shape;
  dataset.scale = 1.0 / 255;
  dataset.num_classes = 10;
  PhiloxSequence random({.seed = 1});
  std::vector<uint8_t> bytes(num_images * dataset.example_size());
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.NextWord());
  dataset.inputs = std::move(bytes);
  for (int64_t i = 0; i < num_images; ++i) dataset.labels.push_back(static_cast<int32_t>(i % 10));
  return dataset;
}

// The numbers from `first` on.
std::vector<int64_t> Range(int64_t first, int64_t count) {
  std::vector<int64_t> rows(static_cast<size_t>(count));
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

}  // namespace

absl::StatusOr<StandInData> LoadOrMakeUpData(const Experiment& experiment,
                                             const FieldLocations& locations) {
  absl::StatusOr<ExperimentData> data = LoadExperimentData(experiment, locations, &std::cerr);
  const Data& config = experiment.data();
  const bool is_mnist = config.has_mnist() || config.has_fashion_mnist();
  const bool is_made_up = (is_mnist || config.has_cifar10()) && absl::IsNotFound(data.status());
  if (is_made_up) {
    data = MakeExperimentData(
        experiment, locations,
        is_mnist ? RandomImages(60000, {28, 28, 1}) : RandomImages(50000, {32, 32, 3}),
        TableSchema());
  }
  LADDER_RETURN_IF_ERROR(data.status());
  return StandInData{*std::move(data), is_made_up};
}

StandInData MakeUpData(const DataRecord& record) {
  Dataset dataset;
  dataset.example_shape.assign(record.example_shape().begin(), record.example_shape().end());
  dataset.num_classes = record.num_classes();
  dataset.target_names.assign(record.target_names().begin(), record.target_names().end());
  const int64_t num_values = record.num_rows() * dataset.example_size();
  if (record.inputs_are_bytes()) {
    dataset.inputs = std::vector<uint8_t>(num_values);
  } else {
    dataset.inputs = std::vector<float>(num_values);
  }
  for (int64_t i = 0; record.num_classes() > 0 && i < record.num_rows(); ++i) {
    dataset.labels.push_back(static_cast<int32_t>(i % record.num_classes()));
  }
  dataset.targets.resize(record.num_rows() * dataset.num_targets());
  const int64_t end_training = record.num_training();
  const int64_t end_validation = end_training + record.num_validation();
  return {{std::move(dataset),
           {.training = Range(0, end_training),
            .labeled = Range(0, record.num_labeled()),
            .validation = Range(end_training, record.num_validation()),
            .test = Range(end_validation, record.num_test())},
           record},
          /*is_made_up=*/true};
}

}  // namespace ladder
