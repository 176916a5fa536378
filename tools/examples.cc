#include "tools/examples.h"

#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "data/arrays.h"
#include "data/csv.h"
#include "data/idx.h"
#include "data/image_files.h"
#include "ladder/datasets.h"
#include "ladder/experiment_data.h"

namespace ladder {
namespace {

constexpr const char* kFormats[] = {"csv", "table", "npy", "idx", "images"};

absl::StatusOr<std::string> FormatOf(const ExampleOptions& options, const Experiment& experiment) {
  for (const char* format : kFormats) {
    if (options.format == format) return options.format;
  }
  if (!options.format.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--format must be one of ", absl::StrJoin(kFormats, ", "), ", got ", options.format));
  }
  const std::string& path = options.path;
  std::error_code error;
  if (experiment.data().has_table()) return std::string("table");
  if (experiment.data().has_images() || std::filesystem::is_directory(path, error) ||
      IsImageFile(path)) {
    return std::string("images");
  }
  if (absl::EndsWithIgnoreCase(path, ".npy") || absl::EndsWithIgnoreCase(path, ".npz") ||
      absl::StrContains(path, ".npz:")) {
    return std::string("npy");
  }
  return std::string(path == "-" || absl::EndsWithIgnoreCase(path, ".csv") ? "csv" : "idx");
}

absl::StatusOr<Dataset> ReadNumbers(const ExampleOptions& options, const DataRecord& record,
                                    int64_t num_inputs) {
  CsvOptions csv;
  int64_t column;
  if (absl::SimpleAtoi(options.label_column, &column)) {
    csv.label_column = column;
  } else if (!options.label_column.empty()) {
    csv.label_column = options.label_column;
  }
  csv.num_classes = record.num_classes();
  LADDER_ASSIGN_OR_RETURN(Dataset dataset,
                          ReadCsv(options.path == "-" ? "/dev/stdin" : options.path, csv));
  if (options.label_column.empty() && dataset.example_size() == num_inputs + 1) {
    return absl::InvalidArgumentError(absl::StrCat(
        options.path, ": has ", num_inputs + 1, " columns, the model takes ", num_inputs,
        "; if one of them has labels, tell which, such as --label_column=-1"));
  }
  return dataset;
}

absl::StatusOr<Dataset> ReadImages(const std::string& path, const Experiment& experiment,
                                   const DataRecord& record) {
  if (record.example_shape_size() != 3) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": the model takes no images"));
  }
  ImageFilesOptions options = ToImageOptions(experiment, record);
  options.cache_directory.clear();  // they are read once
  return ReadImageFiles(path, options, &std::cerr);
}

}  // namespace

absl::StatusOr<ExampleReader> ExampleReader::Open(const ExampleOptions& options,
                                                  const Experiment& experiment,
                                                  const DataRecord& record) {
  ExampleReader reader(record);
  LADDER_ASSIGN_OR_RETURN(const std::string format, FormatOf(options, experiment));
  if (format != "csv" && !options.label_column.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--label_column is for .csv files of numbers, --data is ", options.path));
  }
  int64_t num_inputs = 1;
  for (const int64_t extent : record.example_shape()) num_inputs *= extent;
  if (format == "table") {
    if (!record.has_table()) {
      return absl::InvalidArgumentError(
          absl::StrCat(options.path, ": the run was not trained on a table: --format=csv?"));
    }
    LADDER_ASSIGN_OR_RETURN(
        reader.table_, TableReader::Open(options.path, record.table(),
                                         LabelKindOf(experiment.model()), /*needs_labels=*/false));
    return reader;
  }
  if (options.path == "-" && format != "csv") {
    return absl::InvalidArgumentError(
        absl::StrCat("--data=- reads tables and numbers (--format=csv), not ", format));
  }
  if (format == "csv") {
    LADDER_ASSIGN_OR_RETURN(reader.dataset_, ReadNumbers(options, record, num_inputs));
  } else if (format == "images") {
    LADDER_ASSIGN_OR_RETURN(reader.dataset_, ReadImages(options.path, experiment, record));
  } else if (format == "npy") {
    LADDER_ASSIGN_OR_RETURN(reader.dataset_, ReadArrays(options.path, /*labels_path=*/""));
  } else {
    LADDER_ASSIGN_OR_RETURN(reader.dataset_, ReadIdx(options.path, /*labels_path=*/""));
  }
  return reader;
}

absl::StatusOr<Dataset> ExampleReader::Read(int64_t max_rows) {
  if (table_ == nullptr) return std::exchange(dataset_, Dataset());
  LADDER_ASSIGN_OR_RETURN(Dataset dataset, table_->Read(max_rows));
  if (dataset.num_examples() > 0) EncodeTable(record_.table(), &dataset);
  return dataset;
}

std::vector<std::string> ExampleReader::Notes() const {
  return table_ == nullptr ? std::vector<std::string>() : table_->Notes();
}

}  // namespace ladder
