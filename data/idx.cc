#include "data/idx.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "data/class_labels.h"
#include "data/raw_numbers.h"
#include "data/unpacked_file.h"

namespace ladder {
namespace {

// A label that is an unsigned byte is missing if it is this.
constexpr double kNoLabelByte = 255;

// By their codes in the magic number.
constexpr std::pair<uint32_t, RawType> kTypes[] = {{0x08, {'u', 1, true}}, {0x09, {'i', 1, true}},
                                                   {0x0b, {'i', 2, true}}, {0x0c, {'i', 4, true}},
                                                   {0x0d, {'f', 4, true}}, {0x0e, {'f', 8, true}}};

struct IdxArray {
  std::vector<int64_t> shape = {};
  RawType type;
  int64_t header_bytes;
  // Unsigned bytes stay what they are.
  std::variant<std::vector<uint8_t>, std::vector<float>> values = {};

  bool is_bytes() const { return type.kind == 'u'; }
};

absl::StatusOr<uint32_t> ReadBigEndian(UnpackedFile& file) {
  uint8_t bytes[4];
  LADDER_ASSIGN_OR_RETURN(const int64_t got, file.Read(absl::MakeSpan(bytes)));
  if (got < 4) return file.Error(file.offset(), "the file ends inside its IDX header");
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 |
         uint32_t{bytes[3]};
}

// Reads the header up to the values. `what`: "images" or "labels".
absl::StatusOr<IdxArray> ReadHeader(UnpackedFile& file, absl::string_view what, uint32_t min_rank,
                                    uint32_t max_rank) {
  LADDER_ASSIGN_OR_RETURN(const uint32_t magic, ReadBigEndian(file));
  const uint32_t rank = magic & 0xff;
  const auto* type = std::find_if(std::begin(kTypes), std::end(kTypes),
                                  [&](const auto& type) { return type.first == magic >> 8; });
  if (type == std::end(kTypes) || rank < min_rank || rank > max_rank) {
    std::vector<std::string> ranks;
    for (uint32_t r = min_rank; r <= max_rank; ++r) ranks.push_back(absl::StrFormat("%02X", r));
    return file.Error(
        0, absl::StrFormat("magic number 0x%08X; allowed for %s: 0x0000TTRR with the type TT 08, "
                           "09, 0B, 0C, 0D or 0E, and the rank RR %s",
                           magic, what, absl::StrJoin(ranks, " or ")));
  }
  IdxArray array = {.type = type->second, .header_bytes = 4 + 4 * int64_t{rank}};
  for (uint32_t axis = 0; axis < rank; ++axis) {
    LADDER_ASSIGN_OR_RETURN(const int64_t extent, ReadBigEndian(file));
    array.shape.push_back(extent);
    if (extent == 0) return file.Error(file.offset() - 4, "size 0; allowed are 1 and more");
  }
  return array;
}

// Reads `size` values. The sizes may lie: memory is touched only as values arrive, and not reserved
// beyond what the file can hold.
template <class T>
absl::StatusOr<std::vector<T>> ReadValues(UnpackedFile& file, const IdxArray& array, int64_t size,
                                          absl::string_view sizes) {
  const int64_t value_bytes = array.type.bytes;
  std::vector<T> values;
  values.reserve(static_cast<size_t>(std::min(size, file.Bound() / value_bytes)));
  std::vector<uint8_t> chunk;
  while (static_cast<int64_t>(values.size()) < size) {
    const size_t begin = values.size();
    const int64_t count =
        std::min(UnpackedFile::kChunkBytes / value_bytes, size - static_cast<int64_t>(begin));
    values.resize(begin + static_cast<size_t>(count));
    absl::Span<uint8_t> bytes;
    if constexpr (std::is_same_v<T, uint8_t>) {
      bytes = absl::MakeSpan(values).subspan(begin);
    } else {
      chunk.resize(static_cast<size_t>(count * value_bytes));
      bytes = absl::MakeSpan(chunk);
    }
    LADDER_ASSIGN_OR_RETURN(const int64_t got, file.Read(bytes));
    if (static_cast<size_t>(got) < bytes.size()) {
      return file.Error(
          file.offset(),
          absl::StrCat("the file ends; ", sizes, " promise ",
                       array.header_bytes + size * value_bytes - file.offset(), " bytes more"));
    }
    if constexpr (std::is_same_v<T, float>) {
      ConvertNumbers(array.type, chunk, &values[begin]);
      for (int64_t i = 0; i < count; ++i) {
        const float value = values[begin + static_cast<size_t>(i)];
        if (std::isfinite(value)) continue;
        return file.Error(file.offset() - got + i * value_bytes,
                          absl::StrCat("value ", value, "; allowed are finite numbers"));
      }
    }
  }
  return values;
}

absl::StatusOr<IdxArray> ReadArray(const std::string& path, absl::string_view what,
                                   uint32_t min_rank, uint32_t max_rank) {
  UnpackedFile file(path);
  LADDER_RETURN_IF_ERROR(file.Check());

  LADDER_ASSIGN_OR_RETURN(IdxArray array, ReadHeader(file, what, min_rank, max_rank));
  const bool is_bytes = array.is_bytes();
  // In the file or in memory, whatever is more.
  const int64_t value_bytes = is_bytes ? 1 : std::max<int64_t>(array.type.bytes, sizeof(float));
  const std::string sizes = absl::StrCat("sizes ", absl::StrJoin(array.shape, " x "));
  int64_t size = 1;
  for (const int64_t extent : array.shape) {
    if (size > UnpackedFile::kMaxBytes / value_bytes / extent) {
      return file.Error(4, absl::StrCat(sizes, " promise more than 4 GiB, the most that is read"));
    }
    size *= extent;
  }
  if (is_bytes) {
    LADDER_ASSIGN_OR_RETURN(array.values, ReadValues<uint8_t>(file, array, size, sizes));
  } else {
    LADDER_ASSIGN_OR_RETURN(array.values, ReadValues<float>(file, array, size, sizes));
  }
  // Reading on also has zlib compare its check sum.
  const int64_t end = file.offset();
  uint8_t byte;
  LADDER_ASSIGN_OR_RETURN(const int64_t got, file.Read(absl::MakeSpan(&byte, 1)));
  if (got > 0) {
    return file.Error(end, absl::StrCat("the file goes on; ", sizes, " promise its end"));
  }
  return array;
}

// Puts the labels of a file into a data set. `num_classes` as that of ReadIdx.
absl::Status SetLabels(const std::string& path, const IdxArray& array, int num_classes,
                       Dataset* dataset) {
  std::vector<double> values = std::visit(
      [](const auto& v) { return std::vector<double>(v.begin(), v.end()); }, array.values);
  const bool has_no_label_byte = array.is_bytes() && num_classes <= kNoLabelByte;
  if (has_no_label_byte) std::replace(values.begin(), values.end(), kNoLabelByte, -1.0);
  const auto place = [&](size_t i) {
    return absl::StrCat("byte ", array.header_bytes + static_cast<int64_t>(i) * array.type.bytes);
  };
  return SetClasses({.path = path,
                     .values = values,
                     .place = place,
                     .missing = has_no_label_byte  ? "255"
                                : array.is_bytes() ? ""
                                                   : "-1"},
                    num_classes, dataset);
}

}  // namespace

absl::StatusOr<Dataset> ReadIdx(const std::string& images_path, const std::string& labels_path,
                                int num_classes) {
  LADDER_ASSIGN_OR_RETURN(IdxArray images, ReadArray(images_path, "images", 2, 4));
  Dataset dataset;
  const int64_t num_images = images.shape[0];
  dataset.example_shape.assign(images.shape.begin() + 1, images.shape.end());
  if (dataset.example_shape.size() == 2) dataset.example_shape.push_back(1);  // gray: one channel
  dataset.inputs = std::move(images.values);
  if (images.is_bytes()) dataset.scale = 1.0 / 255;
  if (labels_path.empty()) return dataset;

  LADDER_ASSIGN_OR_RETURN(const IdxArray labels, ReadArray(labels_path, "labels", 1, 1));
  if (labels.shape[0] != num_images) {
    return absl::DataLossError(absl::StrCat(
        labels_path, ": byte 4: ", labels.shape[0], " labels for the ", num_images, " images of ",
        images_path,
        labels.shape[0] < num_images ? "; one without a label has 255 in the place of it" : ""));
  }
  LADDER_RETURN_IF_ERROR(SetLabels(labels_path, labels, num_classes, &dataset));
  return dataset;
}

}  // namespace ladder
