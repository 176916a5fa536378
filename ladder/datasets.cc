#include "ladder/datasets.h"

#include "base/check.h"
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

// The classes of a user's own data are those of the training set: the test set may lack some but
// has no others.
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
  LADDER_ASSIGN_OR_RETURN(const int num_classes, NumTrainingClasses(config));
  return ReadIdx(ResolveUserPath(files.test_images()), ResolveUserPath(files.test_labels()),
                 num_classes);
}

absl::StatusOr<Dataset> LoadCsv(const Data& config, DatasetPart part) {
  const Data::CsvFiles& files = config.csv();
  CsvOptions options;
  options.label_column = int64_t{-1};
  if (part == DatasetPart::kTraining) return ReadCsv(ResolveUserPath(files.training()), options);
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

bool HasTestSet(const Data& config) {
  if (config.has_idx()) return config.idx().has_test_images();
  if (config.has_csv()) return config.csv().has_test();
  return true;
}

absl::StatusOr<Dataset> LoadDataset(const Data& config, DatasetPart part) {
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
