#ifndef LADDER_TOOLS_DESCRIPTION_H_
#define LADDER_TOOLS_DESCRIPTION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/optional.h"
#include "ladder/trainer.h"

namespace ladder {

// What a model consists of and what training it takes.
struct Description {
  // Level 0 is the input.
  struct Level {
    std::string kind;            // "input", "fully connected", "convolution", ...
    std::vector<int64_t> shape;  // of one example
    std::string activation;      // empty at level 0
    double noise_stddev = 0;
    // Of a level that is reconstructed.
    absl::optional<double> cost_weight;
    std::string combinator;
    int64_t encoder_parameters = 0;  // elements
    int64_t decoder_parameters = 0;
  };
  // In bytes.
  struct Memory {
    int64_t parameters = 0;  // and the statistics for prediction
    int64_t gradients = 0;
    int64_t moments = 0;  // of the optimizer
    int64_t step = 0;     // values and gradients of one step
    int64_t batch = 0;
    int64_t data = 0;  // the training set
    int64_t total() const { return parameters + gradients + moments + step + batch + data; }
  };

  std::vector<Level> levels;
  int64_t num_parameters = 0;
  int64_t num_examples = 0, num_labeled = 0, num_validation = 0;
  int64_t labeled_rows = 0, unlabeled_rows = 0;  // of a batch
  int64_t steps_per_epoch = 0;
  int64_t num_epochs = 0;
  int64_t products = 0;  // matrix products of a step
  double flops = 0;      // of them
  Memory memory;
};

// Describes what the trainer trains, with two steps of it to count what they take: of a dry run,
// where that costs nothing and nothing can diverge.
absl::StatusOr<Description> Describe(Trainer& trainer);

// What a person reads.
std::string DescriptionText(const Description& description);

// {"levels": [{"kind", "shape", "activation", "noise_stddev", "cost_weight", "combinator",
//              "encoder_parameters", "decoder_parameters"}, ...],
//  "parameters", "data": {"examples", "labeled", "validation"},
//  "step": {"labeled_rows", "unlabeled_rows", "gflop", "products"},
//  "training": {"epochs", "steps_per_epoch"},
//  "memory_bytes": {"parameters", "gradients", "moments", "step", "batch", "data", "total"}}
std::string DescriptionJson(const Description& description);

}  // namespace ladder

#endif  // LADDER_TOOLS_DESCRIPTION_H_
