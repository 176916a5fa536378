#ifndef LADDER_DATA_DATASET_H_
#define LADDER_DATA_DATASET_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/types/span.h"

namespace ladder {

// Only the final evaluation uses the test part, so parts are read apart.
enum class DatasetPart { kTraining, kTest };

// In the place of the class of an example without a label.
inline constexpr int32_t kNoLabel = -1;

// An input of a table.
struct Column {
  std::string name;  // empty if it has none
  // Empty: its values are numbers. Else they are indices into this list, or kNewCategory.
  std::vector<std::string> categories = {};
  bool has_missing = false;  // whether cells of the training file are missing
};
// The value of a category that the training file does not have.
inline constexpr float kNewCategory = -1;

// Examples in memory, in the order of their file, labeled or not.
//
// Bytes stay bytes, a quarter of the memory of floats, until CopyRows makes a batch of some of
// them.
struct Dataset {
  // The shape of one example, channels last: {28, 28, 1} for a gray image, {2} for a point.
  std::vector<int64_t> example_shape = {};
  // num_examples() examples of example_size() values, one after the other.
  std::variant<std::vector<uint8_t>, std::vector<float>> inputs = {};
  // What a value is multiplied by in a batch: 1/255 takes bytes to [0, 1].
  double scale = 1;
  // One in [0, num_classes) for each example, or kNoLabel; empty if the data has no classes.
  std::vector<int32_t> labels = {};
  // 0 if the data has no classes.
  int num_classes = 0;
  // What they are called, [num_classes]; empty: by their numbers.
  std::vector<std::string> class_names = {};
  // Labels that are no classes, but numbers or flags: [num_examples, num_targets], NaN where one is
  // missing.
  std::vector<float> targets = {};
  std::vector<std::string> target_names = {};  // [num_targets]
  // Of a table as it was read, [example_size]: what the inputs are before they are all numbers
  // (data/table_encoding.h). A missing cell is NaN.
  std::vector<Column> columns = {};
  // What a user calls the examples, such as a file's name; empty: by their numbers.
  std::vector<std::string> ids = {};

  int64_t example_size() const;  // the product of example_shape
  int64_t num_examples() const;
  int64_t num_targets() const { return static_cast<int64_t>(target_names.size()); }
  bool has_labels() const { return num_classes > 0 || num_targets() > 0; }
  // Whether an example has a label; of several numbers or flags, whether it has one of them.
  bool IsLabeled(int64_t row) const;
  // What a class is called.
  std::string ClassName(int64_t label) const;

  // Writes the examples with these numbers, in this order, scaled, to `out`, which has room for
  // [rows.size(), example_size()] values. T is float or double.
  template <class T>
  void CopyRows(absl::Span<const int64_t> rows, T* out) const;

  // Makes bytes floats, scaled, and `scale` 1: for what changes the inputs where they are.
  std::vector<float>& MakeFloats();

  // Writes their classes to `out`: rows.size() of them. The data has classes.
  void CopyLabels(absl::Span<const int64_t> rows, int32_t* out) const;
};

}  // namespace ladder

#endif  // LADDER_DATA_DATASET_H_
