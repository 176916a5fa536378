#ifndef LADDER_DATA_DATASET_H_
#define LADDER_DATA_DATASET_H_

#include <cstdint>
#include <variant>
#include <vector>

#include "absl/types/span.h"

namespace ladder {

// Only the final evaluation uses the test part, so parts are read apart.
enum class DatasetPart { kTraining, kTest };

// Examples in memory, in the order of their file, each with a label or none with one.
//
// Bytes stay bytes, a quarter of the memory of floats, until CopyRows makes a batch of some of
// them.
struct Dataset {
  // The shape of one example, channels last: {28, 28, 1} for a grey image, {2} for a point.
  std::vector<int64_t> example_shape = {};
  // num_examples() examples of example_size() values, one after the other.
  std::variant<std::vector<uint8_t>, std::vector<float>> inputs = {};
  // What a value is multiplied by in a batch: 1/255 takes bytes to [0, 1].
  double scale = 1;
  // One in [0, num_classes) for each example; empty if the data has no labels.
  std::vector<int32_t> labels = {};
  // 0 if the data has no labels.
  int num_classes = 0;

  int64_t example_size() const;  // the product of example_shape
  int64_t num_examples() const;
  bool has_labels() const { return num_classes > 0; }

  // Writes the examples with these numbers, in this order, scaled, to `out`, which has room for
  // [rows.size(), example_size()] values. T is float or double.
  template <class T>
  void CopyRows(absl::Span<const int64_t> rows, T* out) const;

  // Makes bytes floats, scaled, and `scale` 1: for what changes the inputs where they are.
  std::vector<float>& MakeFloats();

  // Writes their labels to `out`: rows.size() of them. The data has labels.
  void CopyLabels(absl::Span<const int64_t> rows, int32_t* out) const;
};

}  // namespace ladder

#endif  // LADDER_DATA_DATASET_H_
