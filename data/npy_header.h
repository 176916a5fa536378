#ifndef LADDER_DATA_NPY_HEADER_H_
#define LADDER_DATA_NPY_HEADER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/raw_numbers.h"

namespace ladder {

// What the header of a .npy file says.
struct NpyHeader {
  RawType type;
  bool is_fortran_order = false;  // the first axis is the fastest
  std::vector<int64_t> shape = {};
};

// Parses the text of a header: a literal of a Python dictionary with the keys descr, fortran_order
// and shape. Errors name no file but the byte, `offset` being that of the text's first one.
absl::StatusOr<NpyHeader> ParseNpyHeader(absl::string_view text, int64_t offset);

}  // namespace ladder

#endif  // LADDER_DATA_NPY_HEADER_H_
