#include "data/whitening_cache.h"

#include <zlib.h>

#include <cstdint>
#include <cstring>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

uint32_t Checksum(absl::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

template <class T>
absl::string_view BytesOf(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// What decides the result of a fit, and the version of its file, in a line.
std::string Origin(const Dataset& dataset, double epsilon) {
  const auto checksum = [](const auto& values) { return Checksum(BytesOf(values)); };
  return absl::StrFormat(
      "ladder whitening 1: %d examples of %d values, %s with scale %.17g and CRC-32 %08x; epsilon "
      "%.17g\n",
      dataset.num_examples(), dataset.example_size(),
      std::holds_alternative<std::vector<uint8_t>>(dataset.inputs) ? "bytes" : "floats",
      dataset.scale, std::visit(checksum, dataset.inputs), epsilon);
}

// A file is its origin, the mean, the matrix, and the CRC-32 of all of these; numbers are as the
// machine has them.
absl::Status Write(const Whitening& whitening, const std::string& origin, const std::string& path) {
  std::string bytes = origin;
  for (const absl::Span<const float> values : {whitening.mean(), whitening.matrix()}) {
    bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  }
  const uint32_t checksum = Checksum(bytes);
  bytes.append(reinterpret_cast<const char*>(&checksum), sizeof(checksum));
  return WriteFileAtomically(path, bytes);
}

absl::StatusOr<Whitening> Read(const std::string& path, const std::string& origin, int64_t size) {
  LADDER_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  std::vector<float> mean(static_cast<size_t>(size));
  std::vector<float> matrix(static_cast<size_t>(size * size));
  const size_t end = origin.size() + BytesOf(mean).size() + BytesOf(matrix).size();
  uint32_t checksum;
  if (bytes.size() != end + sizeof(checksum) || bytes.compare(0, origin.size(), origin) != 0) {
    return absl::DataLossError(absl::StrCat(path, " is not what was saved there"));
  }
  std::memcpy(&checksum, &bytes[end], sizeof(checksum));
  if (checksum != Checksum(absl::string_view(bytes).substr(0, end))) {
    return absl::DataLossError(absl::StrCat(path, " is damaged: its checksum is wrong"));
  }
  const char* values = &bytes[origin.size()];
  std::memcpy(mean.data(), values, BytesOf(mean).size());
  std::memcpy(matrix.data(), values + BytesOf(mean).size(), BytesOf(matrix).size());
  return Whitening(std::move(mean), std::move(matrix));
}

}  // namespace

absl::StatusOr<Whitening> FitWhiteningOnce(const Dataset& dataset, double epsilon,
                                           const std::string& directory, std::ostream* notes) {
  if (directory.empty()) return Whitening::Fit(dataset, epsilon);
  const std::string origin = Origin(dataset, epsilon);
  const std::string path = JoinPath(directory, absl::StrFormat("%08x.bin", Checksum(origin)));
  absl::StatusOr<Whitening> saved = Read(path, origin, dataset.example_size());
  if (saved.ok()) return saved;

  if (!absl::IsNotFound(saved.status())) *notes << saved.status().message() << "\n";
  *notes << absl::StrFormat("fitting the whitening to %d examples of %d values\n",
                            dataset.num_examples(), dataset.example_size())
         << std::flush;
  LADDER_ASSIGN_OR_RETURN(Whitening whitening, Whitening::Fit(dataset, epsilon));
  absl::Status written = CreateDirectories(directory);
  if (written.ok()) written = Write(whitening, origin, path);
  if (!written.ok()) *notes << "the whitening is not kept: " << written.message() << "\n";
  return whitening;
}

}  // namespace ladder
