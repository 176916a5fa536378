#include "tools/stand_in_data.h"

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/philox.h"
#include "base/status_macros.h"
#include "ladder/datasets.h"

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

}  // namespace

absl::StatusOr<TrainingData> LoadOrMakeUpTrainingData(const Data& config) {
  absl::StatusOr<Dataset> dataset = LoadDataset(config, DatasetPart::kTraining);
  const bool is_mnist = config.has_mnist() || config.has_fashion_mnist();
  if (is_mnist && absl::IsNotFound(dataset.status())) {
    return TrainingData{RandomImages(60000, {28, 28, 1}), /*is_made_up=*/true};
  }
  if (config.has_cifar10() && absl::IsNotFound(dataset.status())) {
    return TrainingData{RandomImages(50000, {32, 32, 3}), /*is_made_up=*/true};
  }
  LADDER_RETURN_IF_ERROR(dataset.status());
  return TrainingData{*std::move(dataset), /*is_made_up=*/false};
}

}  // namespace ladder
