#include "data/image_files.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "base/thread_pool.h"
#include "data/image_cache.h"
#include "data/image_decoder.h"
#include "data/image_list.h"

namespace ladder {
namespace {

constexpr int64_t kMaxExtent = 4096;
constexpr auto kTimeBetweenNotes = std::chrono::seconds(5);

absl::StatusOr<Image> ReadImage(const ImageList& list, const ImageEntry& entry) {
  const std::string path = JoinPath(list.directory, entry.id);
  LADDER_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  absl::StatusOr<Image> image = DecodeImage(bytes);
  if (image.ok()) return image;
  return absl::Status(image.status().code(), absl::StrCat(path, ": ", image.status().message()));
}

absl::Status CheckOptions(const ImageFilesOptions& options) {
  for (const auto& [name, value] :
       {std::pair("height", options.height), std::pair("width", options.width)}) {
    if (value >= 0 && value <= kMaxExtent) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("images of ", name, " ", value, "; allowed are 1 to ", kMaxExtent));
  }
  if (options.channels == 0 || options.channels == 1 || options.channels == 3) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("images of ", options.channels,
                                                 " channels; allowed are 1 (gray) and 3 (color)"));
}

// Sets the sizes, those of the first image where none are given, and makes room for the pixels.
absl::Status SetSizes(const ImageList& list, const ImageFilesOptions& options, const Image& first,
                      DecodedImages* images) {
  images->height = options.height > 0 ? options.height : first.height;
  images->width = options.width > 0 ? options.width : first.width;
  images->channels = options.channels > 0 ? options.channels : first.channels;
  const std::string path = JoinPath(list.directory, list.entries[0].id);
  if (images->height > kMaxExtent || images->width > kMaxExtent) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": ", images->height, " x ", images->width, " pixels; allowed are ", kMaxExtent,
        " x ", kMaxExtent, " at most: set a smaller height and width to resize to"));
  }
  const auto num_images = static_cast<int64_t>(list.entries.size());
  const int64_t size = images->height * images->width * images->channels;
  const int64_t memory = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  if (num_images > memory / size) {
    return absl::ResourceExhaustedError(absl::StrFormat(
        "%s: %d images of %d x %d x %d bytes are more than this machine's memory of %d MiB: set a "
        "smaller height and width to resize to",
        list.directory, num_images, images->height, images->width, images->channels, memory >> 20));
  }
  images->pixels.resize(static_cast<size_t>(num_images * size));
  return absl::OkStatus();
}

// The error of all images that have one, by their numbers in the list.
absl::Status ReadErrors(const std::map<int64_t, absl::Status>& errors, int64_t num_images) {
  constexpr size_t kMaxShown = 5;
  if (errors.empty()) return absl::OkStatus();
  if (errors.size() == 1) return errors.begin()->second;
  std::vector<absl::string_view> shown;
  for (const auto& [i, error] : errors) {
    if (shown.size() < kMaxShown) shown.push_back(error.message());
  }
  if (errors.size() > kMaxShown) shown.push_back("...");
  return absl::Status(errors.begin()->second.code(),
                      absl::StrCat(errors.size(), " of ", num_images,
                                   " images cannot be read: ", absl::StrJoin(shown, "; ")));
}

// Decodes the images on several threads. What it does and says at the end does not depend on their
// number.
absl::StatusOr<DecodedImages> Decode(const ImageList& list, const ImageFilesOptions& options,
                                     std::ostream* notes) {
  DecodedImages images;
  // Where the first is damaged, so may others be, and the sizes do not matter.
  const Image any_size = {.height = 1, .width = 1, .channels = 1};
  absl::StatusOr<Image> first = any_size;
  if (options.height == 0 || options.width == 0 || options.channels == 0) {
    first = ReadImage(list, list.entries[0]);
  }
  LADDER_RETURN_IF_ERROR(SetSizes(list, options, first.value_or(any_size), &images));
  const auto num_images = static_cast<int64_t>(list.entries.size());
  const int64_t size = images.height * images.width * images.channels;
  std::atomic<int64_t> num_resized{0};
  std::atomic<int64_t> num_done{0};
  std::mutex mutex;  // guards those below
  std::map<int64_t, absl::Status> errors;
  auto last_note = std::chrono::steady_clock::now();

  const auto decode = [&](int64_t i) {
    absl::StatusOr<Image> image =
        i == 0 && !first.ok() ? first : ReadImage(list, list.entries[static_cast<size_t>(i)]);
    if (!image.ok()) {
      const std::lock_guard<std::mutex> lock(mutex);
      errors[i] = image.status();
      return;
    }
    *image = WithChannels(*std::move(image), images.channels);
    uint8_t* out = &images.pixels[static_cast<size_t>(i * size)];
    if (image->height == images.height && image->width == images.width) {
      std::copy(image->pixels.begin(), image->pixels.end(), out);
    } else {
      ResizeByArea(*image, images.height, images.width, out);
      ++num_resized;
    }
    const int64_t done = ++num_done;
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard<std::mutex> lock(mutex);
    if (now - last_note < kTimeBetweenNotes) return;
    last_note = now;
    *notes << absl::StrFormat("decoded %d of %d images\n", done, num_images) << std::flush;
  };
  ThreadPool pool(std::max(options.num_threads, 1));
  pool.Run(num_images, decode);
  LADDER_RETURN_IF_ERROR(ReadErrors(errors, num_images));
  images.num_resized = num_resized;
  return images;
}

// From the cache, where it has them.
absl::StatusOr<DecodedImages> DecodeOnce(const std::string& path, const ImageList& list,
                                         const ImageFilesOptions& options, std::ostream* notes) {
  if (options.cache_directory.empty()) return Decode(list, options, notes);
  const ImageCache cache(path, options, list);
  absl::StatusOr<DecodedImages> saved = cache.Read();
  if (saved.ok()) return saved;

  if (!absl::IsNotFound(saved.status())) *notes << saved.status().message() << "\n";
  LADDER_ASSIGN_OR_RETURN(DecodedImages images, Decode(list, options, notes));
  const absl::Status written = cache.Write(images);
  if (!written.ok()) *notes << "the decoded images are not kept: " << written.message() << "\n";
  return images;
}

}  // namespace

absl::StatusOr<Dataset> ReadImageFiles(const std::string& path, const ImageFilesOptions& options,
                                       std::ostream* notes) {
  LADDER_RETURN_IF_ERROR(CheckOptions(options));
  LADDER_ASSIGN_OR_RETURN(ImageList list, ListImages(path, options));
  if (list.num_skipped > 0) {
    *notes << absl::StrFormat(
        "%s: skipped what is hidden or no PNG or JPEG image: %d, such as %s\n", path,
        list.num_skipped, list.skipped);
  }
  LADDER_ASSIGN_OR_RETURN(DecodedImages images, DecodeOnce(path, list, options, notes));
  if (images.num_resized > 0) {
    *notes << absl::StrFormat("%s: resized %d of %d images to %d x %d pixels\n", path,
                              images.num_resized, list.entries.size(), images.height, images.width);
  }
  Dataset dataset;
  dataset.example_shape = {images.height, images.width, images.channels};
  dataset.inputs = std::move(images.pixels);
  dataset.scale = 1.0 / 255;
  dataset.num_classes = static_cast<int>(list.class_names.size());
  dataset.class_names = std::move(list.class_names);
  dataset.ids.reserve(list.entries.size());
  for (ImageEntry& entry : list.entries) {
    if (dataset.num_classes > 0) dataset.labels.push_back(entry.label);
    dataset.ids.push_back(std::move(entry.id));
  }
  return dataset;
}

}  // namespace ladder
