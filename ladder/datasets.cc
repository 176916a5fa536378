#include "ladder/datasets.h"

#include <string>

#include "base/file.h"
#include "base/status_macros.h"
#include "data/csv.h"
#include "data/digits.h"
#include "data/idx.h"
#include "data/mnist.h"
#include "data/synthetic.h"
#include "ladder/encoder.h"

namespace ladder {
namespace {

absl::Status NoTestSet(const char* field) {
  return absl::NotFoundError(std::string("the config names no test set: set ") + field);
}

// The classes of a user's own data are those of the training set: the test set may lack some, but
// must have no others.
absl::StatusOr<int> NumTrainingClasses(const Data& config) {
  LADDER_ASSIGN_OR_RETURN(const Dataset training, LoadDataset(config, DatasetPart::kTraining));
  return training.num_classes;
}

absl::StatusOr<Dataset> LoadIdx(const Data& config, DatasetPart part) {
  const Data::IdxFiles& files = config.idx();
  if (part == DatasetPart::kTraining) {
    return ReadIdx(ResolveUserPath(files.training_images()),
                   ResolveUserPath(files.training_labels()));
  }
  if (!files.has_test_images()) return NoTestSet("data.idx.test_images");
  LADDER_ASSIGN_OR_RETURN(const int num_classes, NumTrainingClasses(config));
  return ReadIdx(ResolveUserPath(files.test_images()), ResolveUserPath(files.test_labels()),
                 num_classes);
}

absl::StatusOr<Dataset> LoadCsv(const Data& config, DatasetPart part) {
  const Data::CsvFiles& files = config.csv();
  CsvOptions options;
  options.label_column = int64_t{-1};
  if (part == DatasetPart::kTraining) return ReadCsv(ResolveUserPath(files.training()), options);
  if (!files.has_test()) return NoTestSet("data.csv.test");
  LADDER_ASSIGN_OR_RETURN(options.num_classes, NumTrainingClasses(config));
  return ReadCsv(ResolveUserPath(files.test()), options);
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

absl::StatusOr<Dataset> LoadDataset(const Data& config, DatasetPart part) {
  switch (config.source_case()) {
    case Data::kDigits:
      return Digits(part);
    case Data::kTwoMoons:
      return MakeTwoMoons(config, part);
    case Data::kMnist:
      return ReadMnist("mnist", ResolveUserPath(config.mnist().directory()), part);
    case Data::kFashionMnist:
      return ReadMnist("fashion_mnist", ResolveUserPath(config.fashion_mnist().directory()), part);
    case Data::kIdx:
      return LoadIdx(config, part);
    case Data::kCsv:
      return LoadCsv(config, part);
    case Data::SOURCE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("the config names no data: set one of the sources in data");
}

}  // namespace ladder
