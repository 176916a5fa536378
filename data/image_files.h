#ifndef LADDER_DATA_IMAGE_FILES_H_
#define LADDER_DATA_IMAGE_FILES_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "data/dataset.h"

namespace ladder {

struct ImageFilesOptions {
  std::string unlabeled_folder = "unlabeled";
  // 0: those of the first image.
  int64_t height = 0, width = 0, channels = 0;
  // Empty: the folders (or the labels of the list) in ascending order.
  std::vector<std::string> class_names = {};
  int num_threads = 1;
  // Where the decoded set is kept for the next time; empty: nowhere.
  std::string cache_directory = "";
};

// Reads PNG and JPEG files. `path` is a folder with a folder of images for each class, called by
// its name, and one for images without a label; or a folder of images alone, none of which has a
// label; or a CSV file of lines FILE,LABEL, FILE relative to it, whose label may be missing; or an
// image, which has none.
//
// Images are gray (1 channel) or color (3), their values bytes, scaled to [0, 1]; 16 bits are
// rounded to 8, what is transparent is laid over black, and the orientation of EXIF is obeyed.
// Those of another size are resized by area. `ids` are the files' paths below `path`; the order is
// ascending by them, or that of the list.
//
// `notes` is told how far it is, when that takes time, and how many images were resized. Errors
// name the file; of damaged images the first few, once all have been tried.
absl::StatusOr<Dataset> ReadImageFiles(const std::string& path, const ImageFilesOptions& options,
                                       std::ostream* notes);

// Whether there is a PNG or JPEG file, by its first bytes.
bool IsImageFile(const std::string& path);

}  // namespace ladder

#endif  // LADDER_DATA_IMAGE_FILES_H_
