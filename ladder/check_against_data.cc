#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/field_check.h"
#include "base/status_macros.h"
#include "data/whitening.h"
#include "ladder/level_shapes.h"
#include "ladder/resolve.h"
#include "ladder/rows.h"

namespace ladder {
namespace {

// Sizes stay within 32 bits, as BLAS counts rows and columns.
constexpr int64_t kMaxElements = std::numeric_limits<int32_t>::max();
// The number of a step is one of 32 bits.
constexpr int64_t kMaxSteps = std::numeric_limits<uint32_t>::max();

// How many rows a count or a fraction of them sets aside.
int64_t Share(int64_t count, double fraction, int64_t rows) {
  return fraction > 0 ? std::llround(fraction * static_cast<double>(rows)) : count;
}

}  // namespace

absl::Status CheckRows(const Experiment& experiment, const FieldLocations& locations,
                       const Dataset& training_set) {
  const FieldCheck check(&locations);
  const Data& data = experiment.data();
  // Batch normalization needs two rows.
  const int64_t num_rows = training_set.num_examples();
  if (num_rows < 2) {
    return check.Error("data",
                       absl::StrCat("has ", num_rows, " training rows, at least 2 are needed"));
  }
  const auto num_with_label = static_cast<int64_t>(LabeledRows(training_set).size());
  if (num_with_label < 2) {
    return check.Error("data", absl::StrCat("has ", num_with_label,
                                            " training rows with a label, at least 2 are needed"));
  }
  if (data.has_labeled_rows()) return absl::OkStatus();  // SplitRows knows how many these are

  const int64_t num_test = Share(data.num_test(), data.test_fraction(), num_with_label);
  LADDER_RETURN_IF_ERROR(check.Require(
      num_test <= num_with_label - 2,
      data.has_test_fraction() ? "data.test_fraction" : "data.num_test",
      absl::StrCat("at most ", num_with_label - 2, " rows, which leaves 2 of those with a label"),
      num_test));
  const int64_t rest = num_with_label - num_test;
  const int64_t num_validation = Share(data.num_validation(), data.validation_fraction(), rest);
  LADDER_RETURN_IF_ERROR(check.Require(
      num_validation <= rest - 2,
      data.has_validation_fraction() ? "data.validation_fraction" : "data.num_validation",
      absl::StrCat("at most ", rest - 2, ", which leaves 2 of the training rows"), num_validation));
  const int64_t num_candidates = rest - num_validation;
  const int64_t num_labeled = data.has_num_labeled() ? data.num_labeled() : num_candidates;
  LADDER_RETURN_IF_ERROR(check.Require(
      num_labeled <= num_candidates, "data.num_labeled",
      absl::StrCat("at most ", num_candidates,
                   num_with_label == num_rows ? ", the training rows" : ", the rows with a label",
                   " that are not set aside for ", num_test > 0 ? "test and " : "", "validation"),
      num_labeled));
  // If all rows are labeled they need no choosing.
  const int64_t num_classes = training_set.num_classes;
  return check.Require(
      !data.balanced() || num_classes == 0 || num_labeled == num_candidates ||
          num_labeled % num_classes == 0,
      "data.num_labeled",
      absl::StrCat("a multiple of ", num_classes, ", the number of classes, if data.balanced"),
      num_labeled);
}

absl::Status CheckAgainstData(const Experiment& experiment, const FieldLocations& locations,
                              const Dataset& training_set, const RowSplit& split) {
  const FieldCheck check(&locations);
  const Model& model = experiment.model();
  const Data& data = experiment.data();
  const Training& training = experiment.training();

  const int top = model.layers_size() - 1;
  LADDER_ASSIGN_OR_RETURN(const std::vector<Shape> shapes,
                          LevelShapes(model, locations, training_set.example_shape));
  const bool has_classes = model.target() == Model::CLASS;
  const int64_t num_outputs = has_classes ? training_set.num_classes : training_set.num_targets();
  const std::string width_path = WidthPath(model, top);
  if (shapes.back().cols() != shapes.back().size()) {
    return check.Error(width_path, absl::StrCat("must be one place at the top, and is images of ",
                                                shapes.back().ToString(), ": pool them first"));
  }
  LADDER_RETURN_IF_ERROR(check.Require(
      shapes.back().size() == num_outputs, width_path,
      absl::StrCat(num_outputs, has_classes ? ", the number of classes in the data"
                                            : ", the number of label columns in the data"),
      shapes.back().size()));
  const Training::ClassWeights& weights = training.class_weights();
  LADDER_RETURN_IF_ERROR(check.Require(
      weights.weight().empty() || weights.weight_size() == num_outputs,
      "training.class_weights.weight", absl::StrCat("one for each of ", num_outputs, " classes"),
      weights.weight_size()));
  LADDER_RETURN_IF_ERROR(check.Require(
      !data.has_whitening() || training_set.example_size() <= Whitening::kMaxSize, "data.whitening",
      absl::StrCat("unset for examples of more than ", Whitening::kMaxSize, " values"),
      absl::StrCat("examples of ", training_set.example_size())));
  LADDER_RETURN_IF_ERROR(
      check.Require(!training.has_augmentation() || training_set.example_shape.size() == 3,
                    "training.augmentation", "unset for data that are no images",
                    absl::StrCat("examples of ", training_set.example_size(), " values")));

  const auto num_unlabeled = static_cast<int64_t>(split.training.size());
  const auto num_labeled = static_cast<int64_t>(split.labeled.size());
  // The sizes of what one step computes.
  const int64_t batch_rows = std::min<int64_t>(training.labeled_batch_size(), num_labeled) +
                             std::min<int64_t>(training.unlabeled_batch_size(), num_unlabeled);
  int64_t width = 0;
  for (const Shape& shape : shapes) width = std::max(width, shape.size());
  LADDER_RETURN_IF_ERROR(check.Require(
      batch_rows <= kMaxElements / width, "training.unlabeled_batch_size",
      absl::StrCat("smaller: ", batch_rows, " rows a step of up to ", width, " units are too many"),
      training.unlabeled_batch_size()));
  const int64_t steps_per_epoch =
      std::max<int64_t>(1, num_unlabeled / training.unlabeled_batch_size());
  return check.Require(training.num_epochs() <= kMaxSteps / steps_per_epoch, "training.num_epochs",
                       absl::StrCat("at most ", kMaxSteps / steps_per_epoch, " with ",
                                    steps_per_epoch, " steps an epoch"),
                       training.num_epochs());
}

}  // namespace ladder
