#include "ladder/data_config.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "ladder/message_fields.h"

namespace ladder {
namespace {

// What only a slip of the finger exceeds.
constexpr int64_t kMaxPoints = 10000000;

absl::Status CheckTwoMoons(const Data::TwoMoons& moons, const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(
      check.Between(2, kMaxPoints, "data.two_moons.num_training", moons.num_training()));
  LADDER_RETURN_IF_ERROR(check.Between(2, kMaxPoints, "data.two_moons.num_test", moons.num_test()));
  return check.NotNegative("data.two_moons.noise_stddev", moons.noise_stddev());
}

// Images and labels, or inputs and labels: the training file has both, the test file both or none.
absl::Status CheckIdx(const Data::IdxFiles& idx, const FieldCheck& check) {
  const bool has_test = idx.has_test_images() || idx.has_test_labels();
  LADDER_RETURN_IF_ERROR(check.Present(idx.has_training_images(), "data.idx.training_images"));
  LADDER_RETURN_IF_ERROR(check.Present(idx.has_training_labels(), "data.idx.training_labels"));
  LADDER_RETURN_IF_ERROR(check.Present(!has_test || idx.has_test_images(), "data.idx.test_images"));
  return check.Present(!has_test || idx.has_test_labels(), "data.idx.test_labels");
}

absl::Status CheckArrays(const Data::Arrays& arrays, const FieldCheck& check) {
  const bool has_test = arrays.has_test_inputs() || arrays.has_test_labels();
  LADDER_RETURN_IF_ERROR(check.Present(arrays.has_inputs(), "data.arrays.inputs"));
  LADDER_RETURN_IF_ERROR(check.Present(arrays.has_labels(), "data.arrays.labels"));
  LADDER_RETURN_IF_ERROR(
      check.Present(!has_test || arrays.has_test_inputs(), "data.arrays.test_inputs"));
  return check.Present(!has_test || arrays.has_test_labels(), "data.arrays.test_labels");
}

absl::Status CheckImages(const Data::Images& images, const FieldCheck& check) {
  constexpr int64_t kMaxSide = 4096;
  LADDER_RETURN_IF_ERROR(check.Present(images.has_directory(), "data.images.directory"));
  if (images.has_height()) {
    LADDER_RETURN_IF_ERROR(check.Between(1, kMaxSide, "data.images.height", images.height()));
  }
  if (images.has_width()) {
    LADDER_RETURN_IF_ERROR(check.Between(1, kMaxSide, "data.images.width", images.width()));
  }
  return check.Require(!images.has_channels() || images.channels() == 1 || images.channels() == 3,
                       "data.images.channels", "1 or 3", images.channels());
}

absl::Status CheckSource(const Data& data, const FieldCheck& check) {
  switch (data.source_case()) {
    case Data::kTwoMoons:
      return CheckTwoMoons(data.two_moons(), check);
    case Data::kIdx:
      return CheckIdx(data.idx(), check);
    case Data::kCsv:
      return check.Present(data.csv().has_training(), "data.csv.training");
    case Data::kTable:
      return check.Present(data.table().has_training(), "data.table.training");
    case Data::kArrays:
      return CheckArrays(data.arrays(), check);
    case Data::kImages:
      return CheckImages(data.images(), check);
    case Data::SOURCE_NOT_SET:
      return check.Error("data", absl::StrCat("must have one of ", MemberNames(data, "source")));
    default:
      return absl::OkStatus();
  }
}

// "PATH excludes OTHER" if both are there.
absl::Status Exclude(bool has, absl::string_view path, bool has_other, absl::string_view other,
                     const FieldCheck& check) {
  return has && has_other ? check.Error(path, absl::StrCat("excludes ", other)) : absl::OkStatus();
}

// A number of rows or a fraction of them.
absl::Status CheckShare(int64_t count, double fraction, const std::string& count_path,
                        const std::string& fraction_path, const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(check.AtLeast(0, count_path, count));
  LADDER_RETURN_IF_ERROR(
      check.Require(0 <= fraction && fraction < 1, fraction_path, "in [0, 1)", fraction));
  return Exclude(fraction > 0, fraction_path, count > 0, count_path, check);
}

// What chooses the rows of each purpose.
absl::Status CheckRowChoice(const Data& data, const FieldCheck& check) {
  if (data.has_num_labeled()) {
    LADDER_RETURN_IF_ERROR(check.AtLeast(2, "data.num_labeled", data.num_labeled()));
  }
  LADDER_RETURN_IF_ERROR(Exclude(data.has_labeled_rows(), "data.labeled_rows",
                                 data.has_num_labeled(), "data.num_labeled", check));
  LADDER_RETURN_IF_ERROR(CheckShare(data.num_test(), data.test_fraction(), "data.num_test",
                                    "data.test_fraction", check));
  if (HasTestFile(data) && (data.num_test() > 0 || data.test_fraction() > 0)) {
    return check.Error(data.num_test() > 0 ? "data.num_test" : "data.test_fraction",
                       "is for data that has no test set of its own");
  }
  LADDER_RETURN_IF_ERROR(CheckShare(data.num_validation(), data.validation_fraction(),
                                    "data.num_validation", "data.validation_fraction", check));
  if (data.has_num_folds()) {
    LADDER_RETURN_IF_ERROR(check.AtLeast(2, "data.num_folds", data.num_folds()));
    LADDER_RETURN_IF_ERROR(check.Between(0, data.num_folds() - 1, "data.fold", data.fold()));
    const bool has_validation = data.num_validation() > 0 || data.validation_fraction() > 0;
    return Exclude(true, "data.num_folds", has_validation,
                   "data.num_validation and data.validation_fraction", check);
  }
  return Exclude(data.has_fold(), "data.fold", true, "data without data.num_folds", check);
}

}  // namespace

absl::Status CheckDataConfig(const Data& data, const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(CheckSource(data, check));
  if (data.standardization().has_clip()) {
    LADDER_RETURN_IF_ERROR(
        check.Positive("data.standardization.clip", data.standardization().clip()));
  }
  const double rank_weight = data.standardization().rank_weight();
  LADDER_RETURN_IF_ERROR(check.Require(0 <= rank_weight && rank_weight <= 1,
                                       "data.standardization.rank_weight", "in [0, 1]",
                                       rank_weight));
  if (data.has_contrast_normalization()) {
    LADDER_RETURN_IF_ERROR(
        check.Positive("data.contrast_normalization.scale", data.contrast_normalization().scale()));
  }
  if (data.has_whitening()) {
    LADDER_RETURN_IF_ERROR(check.Positive("data.whitening.epsilon", data.whitening().epsilon()));
  }
  return CheckRowChoice(data, check);
}

bool HasTestFile(const Data& data) {
  if (data.has_idx()) return data.idx().has_test_images();
  if (data.has_csv()) return data.csv().has_test();
  if (data.has_table()) return data.table().has_test();
  if (data.has_arrays()) return data.arrays().has_test_inputs();
  if (data.has_images()) return data.images().has_test_directory();
  return true;
}

bool HasTestSet(const Data& data) {
  return HasTestFile(data) || data.num_test() > 0 || data.test_fraction() > 0;
}

bool HasValidationRows(const Data& data) {
  return data.num_validation() > 0 || data.validation_fraction() > 0 || data.has_num_folds();
}

}  // namespace ladder
