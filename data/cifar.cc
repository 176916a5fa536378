#include "data/cifar.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/fetched_files.h"

namespace ladder {
namespace {

constexpr size_t kSide = 32;
constexpr size_t kNumPixels = kSide * kSide;
constexpr size_t kNumChannels = 3;
constexpr size_t kRecordBytes = 1 + kNumChannels * kNumPixels;
constexpr int kNumClasses = 10;

std::vector<std::string> FileNames(DatasetPart part) {
  if (part == DatasetPart::kTest) return {"test_batch.bin"};
  std::vector<std::string> names;
  for (int i = 1; i <= 5; ++i) names.push_back(absl::StrCat("data_batch_", i, ".bin"));
  return names;
}

// Adds the images of one file and their labels.
absl::Status ReadRecords(const std::string& path, std::vector<uint8_t>* inputs,
                         std::vector<int32_t>* labels) {
  LADDER_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  if (bytes.empty() || bytes.size() % kRecordBytes != 0) {
    return absl::DataLossError(absl::StrCat(path, ": has ", bytes.size(),
                                            " bytes; allowed are 1 or more records of ",
                                            kRecordBytes, " bytes, a label and an image each"));
  }
  inputs->reserve(inputs->size() + bytes.size() / kRecordBytes * (kRecordBytes - 1));
  for (size_t record = 0; record < bytes.size(); record += kRecordBytes) {
    const auto label = static_cast<uint8_t>(bytes[record]);
    if (label >= kNumClasses) {
      return absl::DataLossError(absl::StrCat(path, ": byte ", record, ": label ", label,
                                              "; allowed are 0 to ", kNumClasses - 1));
    }
    labels->push_back(label);
    const char* planes = &bytes[record + 1];
    for (size_t pixel = 0; pixel < kNumPixels; ++pixel) {
      for (size_t channel = 0; channel < kNumChannels; ++channel) {
        inputs->push_back(static_cast<uint8_t>(planes[channel * kNumPixels + pixel]));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Dataset> ReadCifar10(const std::string& directory, DatasetPart part,
                                    const std::vector<std::string>& files) {
  std::vector<uint8_t> inputs;
  Dataset dataset;
  if (!files.empty()) {
    for (const std::string& path : files) {
      LADDER_RETURN_IF_ERROR(ReadRecords(path, &inputs, &dataset.labels));
    }
  } else {
    LADDER_ASSIGN_OR_RETURN(const std::string folder, FetchedDirectory("cifar10", directory));
    for (const std::string& name : FileNames(part)) {
      const absl::Status status = ReadRecords(JoinPath(folder, name), &inputs, &dataset.labels);
      if (!status.ok()) return WithFetchCommand(status, "cifar10", directory);
    }
  }
  dataset.example_shape = {kSide, kSide, kNumChannels};
  dataset.inputs = std::move(inputs);
  dataset.scale = 1.0 / 255;
  dataset.num_classes = kNumClasses;
  return dataset;
}

}  // namespace ladder
