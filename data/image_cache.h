#ifndef LADDER_DATA_IMAGE_CACHE_H_
#define LADDER_DATA_IMAGE_CACHE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "data/image_list.h"

namespace ladder {

// What became of the images of a list.
struct DecodedImages {
  int64_t height = 0, width = 0, channels = 0;
  int64_t num_resized = 0;
  std::vector<uint8_t> pixels = {};  // [images, height, width, channels]
};

// Where the decoded images of a folder or list are kept, and for what: the names, sizes and times
// of the files, and what was asked for. Whatever else is in the place is not read, and is replaced.
//
// Labels and ids are not kept: they come with the list of files, without which nobody could tell
// whether what is kept still holds.
class ImageCache {
 public:
  ImageCache(const std::string& path, const ImageFilesOptions& options, const ImageList& list);

  // kNotFound: nothing was kept, or it was for other files.
  absl::StatusOr<DecodedImages> Read() const;
  absl::Status Write(const DecodedImages& images) const;

 private:
  std::string Description(const DecodedImages& images) const;

  std::string directory_;
  std::string stem_;    // of the two files, in the folder
  std::string origin_;  // what decides the result, in a line
  int64_t num_images_;
};

}  // namespace ladder

#endif  // LADDER_DATA_IMAGE_CACHE_H_
