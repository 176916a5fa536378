#ifndef LADDER_DATA_CLASS_LABELS_H_
#define LADDER_DATA_CLASS_LABELS_H_

#include <cstddef>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "data/dataset.h"

namespace ladder {

// What a file says of labels that are numbers.
struct ClassNumbers {
  std::string path;
  absl::Span<const double> values;               // negative or NaN: no label
  absl::FunctionRef<std::string(size_t)> place;  // of a value in the file, as an error calls it
  absl::string_view missing;                     // what stands for no label; empty: nothing
};

// Makes them the classes of a data set: `num_classes`, or where that is 0 the largest plus 1.
absl::Status SetClasses(const ClassNumbers& numbers, int num_classes, Dataset* dataset);

}  // namespace ladder

#endif  // LADDER_DATA_CLASS_LABELS_H_
