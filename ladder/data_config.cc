#include "ladder/data_config.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/field_rules.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

// Images and labels, or inputs and labels: a test file has both or none.
absl::Status CheckIdx(const Data::IdxFiles& idx, const FieldCheck& check) {
  const bool has_test = idx.has_test_images() || idx.has_test_labels();
  LADDER_RETURN_IF_ERROR(check.Present(!has_test || idx.has_test_images(), "data.idx.test_images"));
  return check.Present(!has_test || idx.has_test_labels(), "data.idx.test_labels");
}

absl::Status CheckArrays(const Data::Arrays& arrays, const FieldCheck& check) {
  const bool has_test = arrays.has_test_inputs() || arrays.has_test_labels();
  LADDER_RETURN_IF_ERROR(
      check.Present(!has_test || arrays.has_test_inputs(), "data.arrays.test_inputs"));
  return check.Present(!has_test || arrays.has_test_labels(), "data.arrays.test_labels");
}

absl::Status CheckImages(const Data::Images& images, const FieldCheck& check) {
  return check.Require(!images.has_channels() || images.channels() == 1 || images.channels() == 3,
                       "data.images.channels", "1 or 3", images.channels());
}

absl::Status CheckSource(const Data& data, const FieldCheck& check) {
  switch (data.source_case()) {
    case Data::kIdx:
      return CheckIdx(data.idx(), check);
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

// What chooses the rows of each purpose.
absl::Status CheckRowChoice(const Data& data, const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(Exclude(data.has_labeled_rows(), "data.labeled_rows",
                                 data.has_num_labeled(), "data.num_labeled", check));
  LADDER_RETURN_IF_ERROR(Exclude(data.test_fraction() > 0, "data.test_fraction",
                                 data.num_test() > 0, "data.num_test", check));
  if (HasTestFile(data) && (data.num_test() > 0 || data.test_fraction() > 0)) {
    return check.Error(data.num_test() > 0 ? "data.num_test" : "data.test_fraction",
                       "is for data that has no test set of its own");
  }
  LADDER_RETURN_IF_ERROR(Exclude(data.validation_fraction() > 0, "data.validation_fraction",
                                 data.num_validation() > 0, "data.num_validation", check));
  if (data.has_num_folds()) {
    LADDER_RETURN_IF_ERROR(
        check.Require(0 <= data.fold() && data.fold() < data.num_folds(), "data.fold",
                      absl::StrCat("from 0 to ", data.num_folds() - 1), data.fold()));
    const bool has_validation = data.num_validation() > 0 || data.validation_fraction() > 0;
    return Exclude(true, "data.num_folds", has_validation,
                   "data.num_validation and data.validation_fraction", check);
  }
  return Exclude(data.has_fold(), "data.fold", true, "data without data.num_folds", check);
}

}  // namespace

absl::Status CheckDataConfig(const Data& data, const FieldCheck& check) {
  LADDER_RETURN_IF_ERROR(CheckSource(data, check));
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
