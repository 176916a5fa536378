#ifndef LADDER_LADDER_COMBINATOR_H_
#define LADDER_LADDER_COMBINATOR_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "autodiff/parameter.h"
#include "autodiff/tape.h"
#include "base/philox.h"
#include "ladder/experiment.pb.h"

// The denoising function of one level, z^ = g(z~, u), as its config says: ops/combinator.h has the
// formulas.

namespace ladder {

// How many parameters a unit's combinator has.
int64_t NumCombinatorParameters(const Decoder& config);

// Adds the parameters that `config` asks for, a: [parameters, units], with their initial values,
// which `key` chooses if they are random.
Parameter* AddCombinator(const Decoder& config, int64_t units, absl::string_view name,
                         RandomKey key, ParameterSet* parameters);

// g(z, u). `z`: the noisy lateral signal, `u`: the normalized one from above; [rows, units].
Variable Combine(const Decoder& config, Variable z, Variable u, Variable a);

}  // namespace ladder

#endif  // LADDER_LADDER_COMBINATOR_H_
