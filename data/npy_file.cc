#include "data/npy_file.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "data/npy_header.h"
#include "data/npy_stream.h"
#include "data/raw_numbers.h"
#include "data/unpacked_file.h"

namespace ladder {
namespace {

constexpr absl::string_view kMagic = "\x93NUMPY";
// numpy itself distrusts headers above 10,000 bytes; a long list of fields is an error anyway.
constexpr uint32_t kMaxHeaderBytes = 1 << 16;

absl::StatusOr<NpyHeader> ReadHeader(NpyStream& file) {
  const auto ends_early = [&] {
    return file.Error(absl::StrCat("byte ", file.offset(), ": the file ends inside its header"));
  };
  uint8_t start[8];
  LADDER_ASSIGN_OR_RETURN(int64_t got, file.Read(absl::MakeSpan(start)));
  if (got < 6 || std::memcmp(start, kMagic.data(), kMagic.size()) != 0) {
    const absl::string_view found(reinterpret_cast<const char*>(start),
                                  static_cast<size_t>(std::min<int64_t>(got, 6)));
    return file.Error(absl::StrCat("byte 0: no NumPy array: it starts with \"",
                                   absl::CHexEscape(found), "\"; allowed is \"",
                                   absl::CHexEscape(kMagic), "\""));
  }
  if (got < 8) return ends_early();
  if (start[6] < 1 || start[6] > 3 || start[7] != 0) {
    return file.Error(absl::StrCat("byte 6: format version ", start[6], ".", start[7],
                                   "; allowed are 1.0, 2.0 and 3.0"));
  }
  uint8_t sizes[4] = {};
  const size_t size_bytes = start[6] == 1 ? 2 : 4;
  LADDER_ASSIGN_OR_RETURN(got, file.Read(absl::MakeSpan(sizes).first(size_bytes)));
  if (static_cast<size_t>(got) < size_bytes) return ends_early();
  const uint32_t size = uint32_t{sizes[0]} | uint32_t{sizes[1]} << 8 | uint32_t{sizes[2]} << 16 |
                        uint32_t{sizes[3]} << 24;
  if (size > kMaxHeaderBytes) {
    return file.Error(absl::StrCat("byte 8: a header of ", size, " bytes; allowed are ",
                                   kMaxHeaderBytes, " at most"));
  }
  std::string text(size, '\0');
  const int64_t offset = file.offset();
  LADDER_ASSIGN_OR_RETURN(
      got, file.Read(absl::MakeSpan(reinterpret_cast<uint8_t*>(text.data()), text.size())));
  if (static_cast<size_t>(got) < text.size()) return ends_early();
  absl::StatusOr<NpyHeader> header = ParseNpyHeader(text, offset);
  if (!header.ok()) return file.Error(header.status().message());
  return header;
}

// Reads `size` values. Memory is touched only as values arrive, and not reserved beyond what the
// file can hold.
template <class Value>
absl::StatusOr<std::vector<Value>> ReadValues(NpyStream& file, const NpyHeader& header,
                                              int64_t size, absl::string_view shape) {
  const int64_t value_bytes = header.type.bytes;
  const int64_t end = file.offset() + size * value_bytes;
  std::vector<Value> values;
  values.reserve(static_cast<size_t>(std::min(size, file.Bound() / value_bytes)));
  std::vector<uint8_t> chunk;
  while (static_cast<int64_t>(values.size()) < size) {
    const size_t begin = values.size();
    const int64_t count =
        std::min(UnpackedFile::kChunkBytes / value_bytes, size - static_cast<int64_t>(begin));
    chunk.resize(static_cast<size_t>(count * value_bytes));
    LADDER_ASSIGN_OR_RETURN(const int64_t got, file.Read(absl::MakeSpan(chunk)));
    if (static_cast<size_t>(got) < chunk.size()) {
      return file.Error(absl::StrCat("byte ", file.offset(), ": the file ends; ", shape,
                                     " promises ", end - file.offset(), " bytes more"));
    }
    values.resize(begin + static_cast<size_t>(count));
    ConvertNumbers(header.type, chunk, &values[begin]);
  }
  uint8_t byte;  // reading on also has the check sum compared, where there is one
  LADDER_ASSIGN_OR_RETURN(const int64_t got, file.Read(absl::MakeSpan(&byte, 1)));
  if (got > 0) {
    return file.Error(
        absl::StrCat("byte ", end, ": the file goes on; ", shape, " promises its end"));
  }
  return values;
}

// From Fortran order, where the first axis is the fastest, to that of C, where the last one is.
template <class Value>
std::vector<Value> ToCOrder(const std::vector<Value>& values, const std::vector<int64_t>& shape) {
  std::vector<int64_t> strides(shape.size(), 1);
  for (size_t axis = 1; axis < shape.size(); ++axis) {
    strides[axis] = strides[axis - 1] * shape[axis - 1];
  }
  std::vector<Value> result(values.size());
  std::vector<int64_t> index(shape.size(), 0);
  int64_t from = 0;
  for (Value& value : result) {
    value = values[static_cast<size_t>(from)];
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

template <class Value>
absl::StatusOr<std::vector<Value>> ReadOrdered(NpyStream& file, const NpyHeader& header,
                                               int64_t size, absl::string_view shape) {
  LADDER_ASSIGN_OR_RETURN(std::vector<Value> values, ReadValues<Value>(file, header, size, shape));
  if (!header.is_fortran_order || header.shape.size() < 2) return values;
  return ToCOrder(values, header.shape);
}

}  // namespace

std::string NpyArray::Element(int64_t i) const {
  std::vector<int64_t> index(shape.size());
  for (size_t axis = shape.size(); axis-- > 0;) {
    index[axis] = i % shape[axis];
    i /= shape[axis];
  }
  return absl::StrCat("[", absl::StrJoin(index, ", "), "]");
}

template <class Value>
absl::StatusOr<NpyArray> ReadNpy(const std::string& path) {
  LADDER_ASSIGN_OR_RETURN(const std::unique_ptr<NpyStream> file, NpyStream::Open(path));
  LADDER_ASSIGN_OR_RETURN(const NpyHeader header, ReadHeader(*file));
  const bool is_bytes = header.type.kind == 'u' && header.type.bytes == 1;
  const int64_t value_bytes =
      is_bytes ? 1 : std::max<int64_t>(header.type.bytes, sizeof(Value));  // in file or memory
  const std::string shape = absl::StrCat("shape (", absl::StrJoin(header.shape, ", "), ")");
  int64_t size = 1;
  for (const int64_t extent : header.shape) {
    if (extent == 0) return file->Error(absl::StrCat(shape, "; allowed are sizes of 1 and more"));
    if (size > UnpackedFile::kMaxBytes / value_bytes / extent) {
      return file->Error(absl::StrCat(shape, " of ", header.type.bytes,
                                      " bytes promises more than 4 GiB, the most that is read"));
    }
    size *= extent;
  }
  NpyArray array = {.shape = header.shape};
  if (is_bytes) {
    LADDER_ASSIGN_OR_RETURN(array.values, ReadOrdered<uint8_t>(*file, header, size, shape));
  } else {
    LADDER_ASSIGN_OR_RETURN(array.values, ReadOrdered<Value>(*file, header, size, shape));
  }
  return array;
}

template absl::StatusOr<NpyArray> ReadNpy<float>(const std::string& path);
template absl::StatusOr<NpyArray> ReadNpy<double>(const std::string& path);

}  // namespace ladder
