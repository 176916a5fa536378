#ifndef LADDER_TRAINING_SAFETENSORS_H_
#define LADDER_TRAINING_SAFETENSORS_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "autodiff/parameter.h"
#include "tensor/tensor.h"

// The safetensors format (huggingface/safetensors), which Python reads with
// safetensors.numpy.load_file(path):
//
//   8 bytes      n, the size of the header, little-endian
//   n bytes      a JSON object: name -> {"dtype", "shape", "data_offsets": [begin, end)}, and
//                "__metadata__": name -> string; padded with spaces to a multiple of 8 bytes
//   the rest     the tensors, row-major and little-endian, without gaps; offsets count from here

namespace ladder {

// A tensor as it is called in a file. The tensor is a view.
struct NamedTensor {
  std::string name;
  Tensor tensor;
};

// The values of the parameters, under their names.
std::vector<NamedTensor> NamedTensors(const ParameterSet& parameters);

using SafetensorsMetadata = std::map<std::string, std::string>;

// Writes the tensors to a file, atomically. Names must be unique, and not "__metadata__".
absl::Status WriteSafetensors(const std::string& path, absl::Span<const NamedTensor> tensors,
                              const SafetensorsMetadata& metadata = {});

// A safetensors file in memory, of which everything has been checked.
class Safetensors {
 public:
  struct Entry {
    std::string name;
    bool is_double;  // F64; else F32
    Shape shape;
    int64_t begin, end;  // in the file, in bytes
  };

  // Errors name the file, the tensor, the byte, and what is allowed.
  static absl::StatusOr<Safetensors> Read(const std::string& path);
  // `path` is for the messages.
  static absl::StatusOr<Safetensors> Parse(absl::string_view path, std::string contents);

  // In the order of their data.
  const std::vector<Entry>& entries() const { return entries_; }
  const SafetensorsMetadata& metadata() const { return metadata_; }
  // Null if there is none.
  const Entry* Find(absl::string_view name) const;

  // Copies an entry's elements, converted to Real, to a tensor of its shape.
  void Copy(const Entry& entry, Tensor to) const;

  // An error that lists the first differences unless the file has just these names and shapes; or
  // that names a value which is not finite as a Real.
  absl::Status Check(absl::Span<const NamedTensor> tensors) const;
  // Copies the file's tensors to those of the same name, if Check finds nothing.
  absl::Status CopyTo(absl::Span<const NamedTensor> tensors) const;

 private:
  Safetensors(absl::string_view path, std::string contents)
      : path_(path), contents_(std::move(contents)) {}
  absl::Status ParseHeader();
  absl::Status CheckFinite(const Entry& entry) const;

  std::string path_;
  std::string contents_;
  std::vector<Entry> entries_;
  SafetensorsMetadata metadata_;
};

}  // namespace ladder

#endif  // LADDER_TRAINING_SAFETENSORS_H_
