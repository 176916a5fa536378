#include "ladder/datasets.h"

#include <string>
#include <vector>

#include "base/check.h"
#include "base/file.h"
#include "data/cifar.h"
#include "data/csv.h"
#include "data/digits.h"
#include "data/idx.h"
#include "data/mnist.h"
#include "data/synthetic.h"
#include "ladder/encoder.h"

namespace ladder {
namespace {

absl::StatusOr<Dataset> LoadIdx(const Data::IdxFiles& files, DatasetPart part, int num_classes) {
  const bool is_test = part == DatasetPart::kTest;
  return ReadIdx(ResolveUserPath(is_test ? files.test_images() : files.training_images()),
                 ResolveUserPath(is_test ? files.test_labels() : files.training_labels()),
                 num_classes);
}

absl::StatusOr<Dataset> LoadCsv(const Data::CsvFiles& files, DatasetPart part, int num_classes) {
  CsvOptions options;
  options.label_column = int64_t{-1};
  options.num_classes = num_classes;
  return ReadCsv(ResolveUserPath(part == DatasetPart::kTest ? files.test() : files.training()),
                 options);
}

absl::StatusOr<Dataset> LoadCifar10(const Data::Cifar10& cifar10, DatasetPart part) {
  std::vector<std::string> files;
  for (const std::string& file :
       part == DatasetPart::kTest ? cifar10.test_files() : cifar10.training_files()) {
    files.push_back(ResolveUserPath(file));
  }
  return ReadCifar10(ResolveUserPath(cifar10.directory()), part, files);
}

Dataset MakeTwoMoons(const Data& config, DatasetPart part) {
  const Data::TwoMoons& moons = config.two_moons();
  return part == DatasetPart::kTraining
             ? TwoMoons(moons.num_training(), moons.noise_stddev(),
                        {.seed = config.seed(), .stream = kTrainingDataStream})
             : TwoMoons(moons.num_test(), moons.noise_stddev(),
                        {.seed = config.seed(), .stream = kTestDataStream});
}

}  // namespace

bool HasTestSet(const Data& config) {
  if (config.has_idx()) return config.idx().has_test_images();
  if (config.has_csv()) return config.csv().has_test();
  return true;
}

absl::StatusOr<Dataset> LoadDataset(const Data& config, DatasetPart part, int num_classes) {
  LADDER_CHECK(part == DatasetPart::kTraining || HasTestSet(config)) << "no test set";
  switch (config.source_case()) {
    case Data::kDigits:
      return Digits(part);
    case Data::kTwoMoons:
      return MakeTwoMoons(config, part);
    case Data::kMnist:
      return ReadMnist("mnist", ResolveUserPath(config.mnist().directory()), part);
    case Data::kFashionMnist:
      return ReadMnist("fashion_mnist", ResolveUserPath(config.fashion_mnist().directory()), part);
    case Data::kCifar10:
      return LoadCifar10(config.cifar10(), part);
    case Data::kIdx:
      return LoadIdx(config.idx(), part, num_classes);
    case Data::kCsv:
      return LoadCsv(config.csv(), part, num_classes);
    case Data::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the config names no data: set one of the sources in data");
}

}  // namespace ladder
