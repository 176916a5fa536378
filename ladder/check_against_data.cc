#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "data/whitening.h"
#include "ladder/field_check.h"
#include "ladder/level_shapes.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

// Sizes stay within 32 bits, as BLAS counts rows and columns.
constexpr int64_t kMaxElements = std::numeric_limits<int32_t>::max();
// The number of a step is one of 32 bits.
constexpr int64_t kMaxSteps = std::numeric_limits<uint32_t>::max();

}  // namespace

absl::Status CheckAgainstData(const Experiment& experiment, const FieldLocations& locations,
                              const Dataset& training_set) {
  const FieldCheck check(&locations);
  const Model& model = experiment.model();
  const Data& data = experiment.data();
  const Training& training = experiment.training();

  const int top = model.layers_size() - 1;
  LADDER_ASSIGN_OR_RETURN(const std::vector<Shape> shapes,
                          LevelShapes(model, locations, training_set.example_shape));
  const int64_t num_classes = training_set.num_classes;
  const std::string width_path = WidthPath(model, top);
  if (shapes.back().cols() != shapes.back().size()) {
    return check.Error(width_path, absl::StrCat("must be one place at the top, and is images of ",
                                                shapes.back().ToString(), ": pool them first"));
  }
  LADDER_RETURN_IF_ERROR(check.Require(
      shapes.back().size() == num_classes, width_path,
      absl::StrCat(num_classes, ", the number of classes in the data"), shapes.back().size()));

  LADDER_RETURN_IF_ERROR(check.Require(
      !data.has_whitening() || training_set.example_size() <= Whitening::kMaxSize, "data.whitening",
      absl::StrCat("unset for examples of more than ", Whitening::kMaxSize, " values"),
      absl::StrCat("examples of ", training_set.example_size())));

  // Batch normalisation needs two rows.
  const int64_t num_rows = training_set.num_examples();
  if (num_rows < 2) {
    return check.Error("data",
                       absl::StrCat("has ", num_rows, " training rows, at least 2 are needed"));
  }
  LADDER_RETURN_IF_ERROR(
      check.Require(data.num_validation() <= num_rows - 2, "data.num_validation",
                    absl::StrCat("at most ", num_rows - 2, ", which leaves 2 of the training rows"),
                    data.num_validation()));
  const int64_t num_unlabeled = num_rows - data.num_validation();
  const int64_t num_labeled = data.has_num_labeled() ? data.num_labeled() : num_unlabeled;
  LADDER_RETURN_IF_ERROR(
      check.Require(num_labeled <= num_unlabeled, "data.num_labeled",
                    absl::StrCat("at most ", num_unlabeled,
                                 ", the training rows that are not set aside for validation"),
                    num_labeled));
  // If all rows are labeled they need no choosing.
  LADDER_RETURN_IF_ERROR(check.Require(
      !data.balanced() || num_labeled == num_unlabeled || num_labeled % num_classes == 0,
      "data.num_labeled",
      absl::StrCat("a multiple of ", num_classes, ", the number of classes, if data.balanced"),
      num_labeled));

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
