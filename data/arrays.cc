#include "data/arrays.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "data/class_labels.h"
#include "data/npy_file.h"

namespace ladder {
namespace {

absl::Status ShapeError(const std::string& path, const NpyArray& array, absl::string_view allowed) {
  return absl::DataLossError(absl::StrCat(path, ": shape (", absl::StrJoin(array.shape, ", "),
                                          "); allowed are ", allowed));
}

absl::Status ElementError(const std::string& path, const NpyArray& array, size_t i, double value,
                          absl::string_view allowed) {
  return absl::DataLossError(absl::StrCat(path, ": element ",
                                          array.Element(static_cast<int64_t>(i)), ": ", value,
                                          "; allowed are ", allowed));
}

absl::Status SetInputs(const std::string& path, NpyArray array, Dataset* dataset) {
  if (array.shape.empty() || array.shape.size() > 4) {
    return ShapeError(path, array,
                      "(N), (N, values), (N, height, width) and (N, height, width, channels)");
  }
  dataset->example_shape.assign(array.shape.begin() + 1, array.shape.end());
  if (array.shape.size() != 2 && array.shape.size() != 4) dataset->example_shape.push_back(1);
  if (auto* bytes = std::get_if<std::vector<uint8_t>>(&array.values)) {
    dataset->inputs = std::move(*bytes);
    dataset->scale = 1.0 / 255;
    return absl::OkStatus();
  }
  auto& values = std::get<std::vector<float>>(array.values);
  for (size_t i = 0; i < values.size(); ++i) {
    if (std::isfinite(values[i])) continue;
    return ElementError(path, array, i, values[i], "finite numbers that a float can hold");
  }
  dataset->inputs = std::move(values);
  return absl::OkStatus();
}

absl::Status SetLabels(const std::string& path, const NpyArray& array,
                       const std::vector<double>& values, int num_classes, Dataset* dataset) {
  if (array.shape.size() > 2 || (array.shape.size() == 2 && array.shape[1] != 1)) {
    return ShapeError(path, array, "(N) and (N, 1)");
  }
  const auto place = [&](size_t i) {
    return absl::StrCat("element ", array.Element(static_cast<int64_t>(i)));
  };
  LADDER_RETURN_IF_ERROR(SetClasses(
      {.path = path, .values = values, .place = place, .missing = "negative numbers or NaN"},
      num_classes, dataset));
  if (num_classes > 0 || dataset->num_classes > 1) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      path, ": all labels are 0; expected two classes or more, or the number of classes"));
}

absl::Status SetTargets(const std::string& path, const NpyArray& array,
                        const std::vector<double>& values, bool are_flags, Dataset* dataset) {
  if (array.shape.size() > 2) return ShapeError(path, array, "(N) and (N, columns)");
  dataset->targets.reserve(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const auto value = static_cast<float>(values[i]);
    if (std::isinf(value)) {
      return ElementError(path, array, i, values[i],
                          "finite numbers that a float can hold, and NaN where one is missing");
    }
    if (are_flags && !std::isnan(value) && value != 0 && value != 1) {
      return ElementError(path, array, i, values[i], "0, 1, and NaN where one is missing");
    }
    dataset->targets.push_back(value);
  }
  const int64_t columns = array.shape.size() == 2 ? array.shape[1] : 1;
  for (int64_t column = 0; column < columns; ++column) {
    dataset->target_names.push_back(absl::StrCat(column));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Dataset> ReadArrays(const std::string& inputs_path, const std::string& labels_path,
                                   LabelKind labels, int num_classes) {
  Dataset dataset;
  LADDER_ASSIGN_OR_RETURN(NpyArray inputs, ReadNpy<float>(inputs_path));
  LADDER_RETURN_IF_ERROR(SetInputs(inputs_path, std::move(inputs), &dataset));
  if (labels_path.empty()) return dataset;

  LADDER_ASSIGN_OR_RETURN(NpyArray array, ReadNpy<double>(labels_path));
  if (array.shape.empty() || array.shape[0] != dataset.num_examples()) {
    return absl::DataLossError(absl::StrCat(
        labels_path, ": ", array.shape.empty() ? 1 : array.shape[0], " labels for the ",
        dataset.num_examples(), " rows of ", inputs_path, "; a row without a label has ",
        labels == LabelKind::kClasses ? "-1" : "NaN", " in the place of it"));
  }
  const std::vector<double> values = std::visit(
      [](const auto& v) { return std::vector<double>(v.begin(), v.end()); }, array.values);
  if (labels == LabelKind::kClasses) {
    LADDER_RETURN_IF_ERROR(SetLabels(labels_path, array, values, num_classes, &dataset));
  } else {
    LADDER_RETURN_IF_ERROR(
        SetTargets(labels_path, array, values, labels == LabelKind::kFlags, &dataset));
  }
  return dataset;
}

}  // namespace ladder
