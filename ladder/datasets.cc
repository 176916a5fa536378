#include "ladder/datasets.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/arrays.h"
#include "data/cifar.h"
#include "data/csv.h"
#include "data/digits.h"
#include "data/idx.h"
#include "data/image_files.h"
#include "data/mnist.h"
#include "data/synthetic.h"
#include "ladder/data_config.h"
#include "ladder/num_threads.h"
#include "ladder/random_streams.h"

namespace ladder {
namespace {

absl::StatusOr<Dataset> LoadIdx(const Data::IdxFiles& files, DatasetPart part, int num_classes) {
  const bool is_test = part == DatasetPart::kTest;
  return ReadIdx(is_test ? files.test_images() : files.training_images(),
                 is_test ? files.test_labels() : files.training_labels(), num_classes);
}

absl::StatusOr<Dataset> LoadCsv(const Data::CsvFiles& files, DatasetPart part, int num_classes) {
  CsvOptions options;
  options.label_column = int64_t{-1};
  options.num_classes = num_classes;
  return ReadCsv(part == DatasetPart::kTest ? files.test() : files.training(), options);
}

absl::StatusOr<Dataset> LoadCifar10(const Data::Cifar10& cifar10, DatasetPart part) {
  const auto& files = part == DatasetPart::kTest ? cifar10.test_files() : cifar10.training_files();
  return ReadCifar10(cifar10.directory(), part, {files.begin(), files.end()});
}

absl::StatusOr<Dataset> LoadArrays(const Data::Arrays& arrays, DatasetPart part, LabelKind labels,
                                   int num_classes) {
  const bool is_test = part == DatasetPart::kTest;
  return ReadArrays(is_test ? arrays.test_inputs() : arrays.inputs(),
                    is_test ? arrays.test_labels() : arrays.labels(), labels, num_classes);
}

Dataset MakeTwoMoons(const Data& config, DatasetPart part) {
  const Data::TwoMoons& moons = config.two_moons();
  return part == DatasetPart::kTraining
             ? TwoMoons(moons.num_training(), moons.noise_stddev(),
                        {.seed = config.seed(), .stream = kTrainingDataStream})
             : TwoMoons(moons.num_test(), moons.noise_stddev(),
                        {.seed = config.seed(), .stream = kTestDataStream});
}

TableOptions ToOptions(const Data& config, LabelKind labels) {
  const Data::Table& table = config.table();
  TableOptions options;
  options.label_columns.assign(table.label_column().begin(), table.label_column().end());
  options.id_columns.assign(table.id_columns().begin(), table.id_columns().end());
  options.ignore_columns.assign(table.ignore_columns().begin(), table.ignore_columns().end());
  options.categorical_columns.assign(table.categorical_columns().begin(),
                                     table.categorical_columns().end());
  switch (table.separator()) {
    case Data::Table::COMMA:
      options.separator = ',';
      break;
    case Data::Table::SEMICOLON:
      options.separator = ';';
      break;
    case Data::Table::TAB:
      options.separator = '\t';
      break;
    case Data::Table::ANY_SEPARATOR:
      break;
  }
  if (table.header() == Data::Table::PRESENT) options.header = TableOptions::Header::kPresent;
  if (table.header() == Data::Table::ABSENT) options.header = TableOptions::Header::kAbsent;
  options.labels = labels;
  options.class_names.assign(config.class_names().begin(), config.class_names().end());
  return options;
}

ImageFilesOptions ToOptions(const Experiment& experiment) {
  const Data::Images& images = experiment.data().images();
  ImageFilesOptions options;
  options.unlabeled_folder = images.unlabeled_folder();
  options.height = images.height();
  options.width = images.width();
  options.channels = images.channels();
  options.class_names.assign(experiment.data().class_names().begin(),
                             experiment.data().class_names().end());
  options.num_threads = NumThreads(experiment.deployment());
  const absl::StatusOr<std::string> cache = CacheDirectory();
  if (cache.ok()) options.cache_directory = JoinPath(*cache, "images");
  return options;
}

// Reads what has neither names of its own for its classes nor a schema. `num_classes` 0: as many as
// the labels in the file say.
absl::StatusOr<Dataset> LoadPlain(const Experiment& experiment, DatasetPart part, int num_classes) {
  const Data& config = experiment.data();
  switch (config.source_case()) {
    case Data::kDigits:
      return Digits(part);
    case Data::kTwoMoons:
      return MakeTwoMoons(config, part);
    case Data::kMnist:
      return ReadMnist("mnist", config.mnist().directory(), part);
    case Data::kFashionMnist:
      return ReadMnist("fashion_mnist", config.fashion_mnist().directory(), part);
    case Data::kCifar10:
      return LoadCifar10(config.cifar10(), part);
    case Data::kIdx:
      return LoadIdx(config.idx(), part, num_classes);
    case Data::kCsv:
      return LoadCsv(config.csv(), part, num_classes);
    case Data::kArrays:
      return LoadArrays(config.arrays(), part, LabelKindOf(experiment.model()), num_classes);
    case Data::kTable:
    case Data::kImages:
    case Data::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the config names no data: set one of the sources in data");
}

void TellNotes(const std::vector<std::string>& lines, std::ostream* notes) {
  for (const std::string& line : lines) *notes << line << "\n";
}

absl::Status NameClasses(const Data& config, Dataset* dataset) {
  if (config.class_names().empty() || !dataset->class_names.empty()) return absl::OkStatus();
  if (config.class_names_size() < dataset->num_classes) {
    return absl::InvalidArgumentError(absl::StrCat("data.class_names has ",
                                                   config.class_names_size(), " names, the data ",
                                                   dataset->num_classes, " classes"));
  }
  dataset->num_classes = config.class_names_size();
  dataset->class_names.assign(config.class_names().begin(), config.class_names().end());
  return absl::OkStatus();
}

}  // namespace

ImageFilesOptions ToImageOptions(const Experiment& experiment, const DataRecord& record) {
  ImageFilesOptions options = ToOptions(experiment);
  options.class_names.assign(record.class_names().begin(), record.class_names().end());
  options.height = record.example_shape(0);
  options.width = record.example_shape(1);
  options.channels = record.example_shape(2);
  return options;
}

LabelKind LabelKindOf(const Model& model) {
  switch (model.target()) {
    case Model::NUMBERS:
      return LabelKind::kNumbers;
    case Model::LABELS:
      return LabelKind::kFlags;
    case Model::CLASS:
      break;
  }
  return LabelKind::kClasses;
}

absl::StatusOr<Dataset> LoadTrainingFile(const Experiment& experiment, TableSchema* table,
                                         std::ostream* notes) {
  const Data& config = experiment.data();
  Dataset dataset;
  if (config.has_table()) {
    LADDER_ASSIGN_OR_RETURN(
        Table read,
        ReadTable(config.table().training(), ToOptions(config, LabelKindOf(experiment.model()))));
    TellNotes(read.notes, notes);
    *table = std::move(read.schema);
    dataset = std::move(read.dataset);
  } else if (config.has_images()) {
    LADDER_ASSIGN_OR_RETURN(
        dataset, ReadImageFiles(config.images().directory(), ToOptions(experiment), notes));
  } else {
    LADDER_ASSIGN_OR_RETURN(
        dataset, LoadPlain(experiment, DatasetPart::kTraining, config.class_names_size()));
  }
  LADDER_RETURN_IF_ERROR(NameClasses(config, &dataset));
  return dataset;
}

absl::StatusOr<Dataset> LoadTestFile(const Experiment& experiment, const DataRecord& record,
                                     std::ostream* notes) {
  const Data& config = experiment.data();
  LADDER_CHECK(HasTestFile(config)) << "no test file";
  if (config.has_table()) {
    LADDER_ASSIGN_OR_RETURN(Table read,
                            ReadTable(config.table().test(), record.table(),
                                      LabelKindOf(experiment.model()), /*needs_labels=*/true));
    TellNotes(read.notes, notes);
    EncodeTable(record.table(), &read.dataset);
    return std::move(read.dataset);
  }
  if (config.has_images()) {
    return ReadImageFiles(config.images().test_directory(), ToImageOptions(experiment, record),
                          notes);
  }
  LADDER_ASSIGN_OR_RETURN(Dataset dataset,
                          LoadPlain(experiment, DatasetPart::kTest, record.num_classes()));
  LADDER_RETURN_IF_ERROR(NameClasses(config, &dataset));
  return dataset;
}

}  // namespace ladder
