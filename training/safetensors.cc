#include "training/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "nlohmann/json.hpp"
#include "training/strict_json.h"

namespace ladder {
namespace {

using Json = nlohmann::json;

static_assert(std::endian::native == std::endian::little, "tensors are copied as they lie");

constexpr char kMetadata[] = "__metadata__";
constexpr int64_t kLengthSize = 8;
// As in the reference implementation.
constexpr uint64_t kMaxHeaderSize = 100'000'000;
constexpr int kMaxDepth = 3;  // {name: {"shape": []}}
constexpr uint64_t kMaxSize = std::numeric_limits<int64_t>::max();

std::string Quoted(absl::string_view name) { return absl::StrCat("\"", name, "\""); }

// A value as it stands in the file, or its beginning: a message is one line.
std::string Shown(const Json& json) {
  const std::string text = json.dump();
  return text.size() <= 80 ? text : absl::StrCat(text.substr(0, 77), "...");
}

bool IsObjectOfStrings(const Json& json) {
  return json.is_object() &&
         std::all_of(json.begin(), json.end(), [](const Json& value) { return value.is_string(); });
}

// What a header says of one tensor. Offset 0 is at byte `data_begin` of the file.
absl::StatusOr<Safetensors::Entry> ParseEntry(const std::string& name, const Json& json,
                                              int64_t data_begin, int64_t file_size) {
  const auto error = [](const auto&... parts) {
    return absl::DataLossError(absl::StrCat(parts...));
  };
  if (!json.is_object()) return error("is no JSON object but ", Shown(json));

  const Json dtype = json.value("dtype", Json());
  if (dtype != "F32" && dtype != "F64") {
    return error("dtype is ", Shown(dtype), ", allowed are \"F32\" and \"F64\"");
  }
  const bool is_double = dtype == "F64";

  const Json shape = json.value("shape", Json());
  if (!shape.is_array() || shape.size() > Shape::kMaxRank) {
    return error("shape is ", Shown(shape), ", allowed is a list of at most 8 sizes");
  }
  int64_t num_bytes = is_double ? sizeof(double) : sizeof(float);
  std::vector<int64_t> sizes;
  for (const Json& size : shape) {
    // Each size must fit, whatever the product: it may be 0.
    if (!size.is_number_unsigned() || size.get<uint64_t>() > kMaxSize ||
        __builtin_mul_overflow(num_bytes, size.get<int64_t>(), &num_bytes)) {
      return error("shape is ", Shown(shape),
                   ", allowed are integers from 0 on that make less than 2^63 bytes");
    }
    sizes.push_back(size.get<int64_t>());
  }

  const Json offsets = json.value("data_offsets", Json());
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned()) {
    return error("data_offsets is ", Shown(offsets), ", allowed are two integers from 0 on");
  }
  const uint64_t begin = offsets[0].get<uint64_t>();
  const uint64_t end = offsets[1].get<uint64_t>();
  const uint64_t data_size = file_size - data_begin;
  if (begin > end || end > data_size) {
    return error("data_offsets is ", Shown(offsets), ", allowed are begin <= end <= ", data_size,
                 ", counted from byte ", data_begin, " of the file to its end",
                 end > data_size ? "; is the file cut short?" : "");
  }
  if (end - begin != static_cast<uint64_t>(num_bytes)) {
    return error("data_offsets ", Shown(offsets), " hold ", end - begin, " bytes, but shape ",
                 Shown(shape), " of ", is_double ? "F64" : "F32", " takes ", num_bytes);
  }
  return Safetensors::Entry{name, is_double, Shape(sizes), data_begin + static_cast<int64_t>(begin),
                            data_begin + static_cast<int64_t>(end)};
}

template <class T>
void CopyElements(const char* from, Tensor to) {
  for (int64_t i = 0; i < to.size(); ++i) {
    T element;  // the file need not align it
    std::memcpy(&element, from + i * sizeof(T), sizeof(T));
    to[i] = static_cast<Real>(element);
  }
}

// The index of the first element that is not finite as a Real; `size` if there is none.
template <class T>
int64_t FirstNonFinite(const char* from, int64_t size) {
  for (int64_t i = 0; i < size; ++i) {
    T element;
    std::memcpy(&element, from + i * sizeof(T), sizeof(T));
    if (!std::isfinite(static_cast<Real>(element))) return i;
  }
  return size;
}

}  // namespace

std::vector<NamedTensor> NamedTensors(const ParameterSet& parameters) {
  std::vector<NamedTensor> tensors;
  for (const auto& parameter : parameters.parameters()) {
    tensors.push_back({parameter->name(), parameter->value()});
  }
  return tensors;
}

absl::Status WriteSafetensors(const std::string& path, absl::Span<const NamedTensor> tensors,
                              const SafetensorsMetadata& metadata) {
  Json header = Json::object();
  if (!metadata.empty()) header[kMetadata] = metadata;
  int64_t data_size = 0;
  for (const NamedTensor& named : tensors) {
    LADDER_CHECK(named.name != kMetadata && !header.contains(named.name))
        << "two tensors are named " << named.name;
    const int64_t num_bytes = named.tensor.size() * sizeof(Real);
    const absl::Span<const int64_t> sizes = named.tensor.shape().sizes();
    header[named.name] = {{"dtype", sizeof(Real) == sizeof(double) ? "F64" : "F32"},
                          {"shape", std::vector<int64_t>(sizes.begin(), sizes.end())},
                          {"data_offsets", {data_size, data_size + num_bytes}}};
    data_size += num_bytes;
  }
  // Text that is not UTF-8 would not be JSON.
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.append((8 - text.size() % 8) % 8, ' ');

  const uint64_t header_size = text.size();
  std::string contents;
  contents.reserve(kLengthSize + header_size + data_size);
  contents.append(reinterpret_cast<const char*>(&header_size), kLengthSize);
  contents.append(text);
  for (const NamedTensor& named : tensors) {
    contents.append(reinterpret_cast<const char*>(named.tensor.data()),
                    named.tensor.size() * sizeof(Real));
  }
  return WriteFileAtomically(path, contents);
}

absl::StatusOr<Safetensors> Safetensors::Read(const std::string& path) {
  LADDER_ASSIGN_OR_RETURN(std::string contents, ReadFile(path));
  return Parse(path, std::move(contents));
}

absl::StatusOr<Safetensors> Safetensors::Parse(absl::string_view path, std::string contents) {
  Safetensors file(path, std::move(contents));
  LADDER_RETURN_IF_ERROR(file.ParseHeader());
  return file;
}

absl::Status Safetensors::ParseHeader() {
  const auto error = [this](const auto&... parts) {
    return absl::DataLossError(absl::StrCat(path_, ": ", parts...));
  };
  const int64_t file_size = contents_.size();
  if (file_size < kLengthSize) {
    return error("is ", file_size, " bytes long, a safetensors file has at least ", kLengthSize);
  }
  uint64_t header_size;
  std::memcpy(&header_size, contents_.data(), kLengthSize);
  const uint64_t allowed = std::min<uint64_t>(kMaxHeaderSize, file_size - kLengthSize);
  if (header_size > allowed) {
    return error("the size of the header, at byte 0, is ", header_size, ", allowed is at most ",
                 allowed, " in this file of ", file_size, " bytes");
  }
  const int64_t data_begin = kLengthSize + static_cast<int64_t>(header_size);
  const absl::StatusOr<Json> header = ParseStrictJsonObject(
      absl::string_view(contents_).substr(kLengthSize, header_size), kMaxDepth, kLengthSize);
  if (!header.ok()) return error("in the header, ", header.status().message());

  for (const auto& [name, json] : header->items()) {
    if (name == kMetadata) {
      if (!IsObjectOfStrings(json)) {
        return error(kMetadata, " is ", Shown(json), ", allowed is an object of strings");
      }
      metadata_ = json.get<SafetensorsMetadata>();
      continue;
    }
    absl::StatusOr<Entry> entry = ParseEntry(name, json, data_begin, file_size);
    if (!entry.ok()) return error("tensor ", Quoted(name), ": ", entry.status().message());
    entries_.push_back(*std::move(entry));
  }
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
  });
  int64_t covered = data_begin;
  for (const Entry& entry : entries_) {
    if (entry.begin != covered) {
      return error("tensor ", Quoted(entry.name), " starts at byte ", entry.begin,
                   " of the file, allowed is only ", covered, ", where the one before it ends");
    }
    covered = entry.end;
  }
  if (covered != file_size) {
    return error("is ", file_size, " bytes long, but its tensors end at byte ", covered);
  }
  return absl::OkStatus();
}

const Safetensors::Entry* Safetensors::Find(absl::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

absl::Status Safetensors::CheckFinite(const Entry& entry) const {
  const char* const data = contents_.data() + entry.begin;
  const int64_t bad = entry.is_double ? FirstNonFinite<double>(data, entry.shape.size())
                                      : FirstNonFinite<float>(data, entry.shape.size());
  if (bad == entry.shape.size()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(path_, ": tensor ", Quoted(entry.name), ": element ", bad,
                                          " is not a finite number; is the file damaged?"));
}

void Safetensors::Copy(const Entry& entry, Tensor to) const {
  LADDER_CHECK(entry.shape == to.shape())
      << entry.name << " is " << entry.shape << ", not " << to.shape();
  if (entry.is_double) {
    CopyElements<double>(contents_.data() + entry.begin, to);
  } else {
    CopyElements<float>(contents_.data() + entry.begin, to);
  }
}

absl::Status Safetensors::Check(absl::Span<const NamedTensor> tensors) const {
  std::vector<std::string> differences;
  std::set<absl::string_view> wanted;
  for (const NamedTensor& named : tensors) {
    wanted.insert(named.name);
    const Entry* entry = Find(named.name);
    if (entry == nullptr) {
      differences.push_back(
          absl::StrCat("it lacks ", Quoted(named.name), " ", named.tensor.shape().ToString()));
    } else if (entry->shape != named.tensor.shape()) {
      differences.push_back(absl::StrCat(Quoted(named.name), " is ", entry->shape.ToString(),
                                         ", wanted is ", named.tensor.shape().ToString()));
    }
  }
  for (const Entry& entry : entries_) {
    if (wanted.count(entry.name) == 0) {
      differences.push_back(
          absl::StrCat("it also has ", Quoted(entry.name), " ", entry.shape.ToString()));
    }
  }
  if (!differences.empty()) {
    constexpr size_t kNumShown = 4;
    std::string more;
    if (differences.size() > kNumShown) {
      more = absl::StrCat("; and ", differences.size() - kNumShown, " more differences");
      differences.resize(kNumShown);
    }
    return absl::FailedPreconditionError(
        absl::StrCat(path_, " is of another model: ", absl::StrJoin(differences, "; "), more));
  }
  for (const Entry& entry : entries_) LADDER_RETURN_IF_ERROR(CheckFinite(entry));
  return absl::OkStatus();
}

absl::Status Safetensors::CopyTo(absl::Span<const NamedTensor> tensors) const {
  LADDER_RETURN_IF_ERROR(Check(tensors));
  for (const NamedTensor& named : tensors) Copy(*Find(named.name), named.tensor);
  return absl::OkStatus();
}

}  // namespace ladder
