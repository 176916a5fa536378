#include "data/mnist.h"

#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status_macros.h"
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
  std::string folder = directory;
  if (folder.empty()) {
    LADDER_ASSIGN_OR_RETURN(const std::string cache, CacheDirectory());
    folder = JoinPath(cache, name);
  }
  const absl::string_view prefix = part == DatasetPart::kTraining ? "train" : "t10k";
  absl::StatusOr<Dataset> dataset =
      ReadIdx(Find(folder, absl::StrCat(prefix, "-images-idx3-ubyte")),
              Find(folder, absl::StrCat(prefix, "-labels-idx1-ubyte")), /*num_classes=*/10);
  if (!absl::IsNotFound(dataset.status())) return dataset;
  return absl::NotFoundError(
      absl::StrCat(dataset.status().message(), "; to fetch it: bazel run //tools:fetch_data -- ",
                   name, directory.empty() ? "" : absl::StrCat(" --dir=", directory)));
}

}  // namespace ladder
