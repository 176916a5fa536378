#ifndef LADDER_DATA_WHITENING_CACHE_H_
#define LADDER_DATA_WHITENING_CACHE_H_

#include <ostream>
#include <string>

#include "absl/status/statusor.h"
#include "data/dataset.h"
#include "data/whitening.h"

namespace ladder {

// Whitening::Fit with a memory: reads the result from the folder `directory` if the same fit left
// it there, else fits and leaves it there. An empty `directory` stands for none.
//
// A file says what it was fitted to (number, size and checksum of the inputs, epsilon), and has a
// checksum of its own. One that is damaged, or that cannot be read or written, costs time and is no
// error: it is fitted anew, and replaced. `notes` is told when and why that happens, a line each.
absl::StatusOr<Whitening> FitWhiteningOnce(const Dataset& dataset, double epsilon,
                                           const std::string& directory, std::ostream* notes);

}  // namespace ladder

#endif  // LADDER_DATA_WHITENING_CACHE_H_
