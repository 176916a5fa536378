#include "data/mnist.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/fetched_files.h"
#include "data/idx.h"

namespace ladder {
namespace {

// The path of a file, plain or packed.
std::string Find(const std::string& directory, absl::string_view file) {
  const std::string path = JoinPath(directory, file);
  const std::string packed = absl::StrCat(path, ".gz");
  std::error_code ignored;  // reading will tell
  const bool is_packed =
      !std::filesystem::exists(path, ignored) && std::filesystem::exists(packed, ignored);
  return is_packed ? packed : path;
}

}  // namespace

absl::StatusOr<Dataset> ReadMnist(absl::string_view name, const std::string& directory,
                                  DatasetPart part) {
  LADDER_ASSIGN_OR_RETURN(const std::string folder, FetchedDirectory(name, directory));
  const absl::string_view prefix = part == DatasetPart::kTraining ? "train" : "t10k";
  absl::StatusOr<Dataset> dataset =
      ReadIdx(Find(folder, absl::StrCat(prefix, "-images-idx3-ubyte")),
              Find(folder, absl::StrCat(prefix, "-labels-idx1-ubyte")), /*num_classes=*/10);
  if (!dataset.ok()) return WithFetchCommand(dataset.status(), name, directory);
  return dataset;
}

}  // namespace ladder
