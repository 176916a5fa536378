#include "data/digits.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "data/csv.h"

namespace ladder {
namespace {

// data/BUILD makes a string literal of data/digits/digits.csv.
constexpr absl::string_view kDigits =
#include "data/digits.inc"
    ;

constexpr size_t kNumTraining = 1437;

// Where the training part ends and the test part begins.
absl::string_view Lines(DatasetPart part) {
  size_t middle = 0;
  for (size_t line = 0; line < kNumTraining; ++line) middle = kDigits.find('\n', middle) + 1;
  return part == DatasetPart::kTraining ? kDigits.substr(0, middle) : kDigits.substr(middle);
}

}  // namespace

Dataset Digits(DatasetPart part) {
  absl::StatusOr<Dataset> dataset =
      ParseCsv(Lines(part), "digits.csv",
               {.label_column = -1, .num_classes = 10, .header = CsvHeader::kAbsent});
  LADDER_CHECK(dataset.ok()) << dataset.status();
  dataset->example_shape = {8, 8, 1};
  dataset->scale = 1.0 / 16;
  return *std::move(dataset);
}

}  // namespace ladder
