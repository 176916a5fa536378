#ifndef LADDER_DATA_IMAGE_LIST_H_
#define LADDER_DATA_IMAGE_LIST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/image_files.h"

namespace ladder {

struct ImageEntry {
  std::string id;  // its path below that of the list
  int32_t label = kNoLabel;
  int64_t num_bytes = 0;
  int64_t modified = 0;  // nanoseconds
};

// Which image files there are, before any is decoded.
struct ImageList {
  std::string directory;  // that the ids are relative to
  std::vector<ImageEntry> entries = {};
  std::vector<std::string> class_names = {};
  // Hidden files and folders, and files that are no images: not among the entries.
  int64_t num_skipped = 0;
  std::string skipped = {};  // the first of them
};

// Finds the images of `path`, as ReadImageFiles has it.
absl::StatusOr<ImageList> ListImages(const std::string& path, const ImageFilesOptions& options);

}  // namespace ladder

#endif  // LADDER_DATA_IMAGE_LIST_H_
