#ifndef LADDER_DATA_NPY_FILE_H_
#define LADDER_DATA_NPY_FILE_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

namespace ladder {

// An array as it is in memory: in C order.
struct NpyArray {
  std::vector<int64_t> shape = {};
  // Bytes where the file has unsigned bytes; else what ReadNpy was asked for.
  std::variant<std::vector<uint8_t>, std::vector<float>, std::vector<double>> values = {};

  // What element number `i` is called: "[2, 0]".
  std::string Element(int64_t i) const;
};

// Reads an array of a .npy file, plain or gzip, or of an .npz file as FILE.npz:NAME. Numbers become
// Values, float or double, finite or not. Errors name the file and the byte.
template <class Value>
absl::StatusOr<NpyArray> ReadNpy(const std::string& path);

}  // namespace ladder

#endif  // LADDER_DATA_NPY_FILE_H_
