#ifndef LADDER_LADDER_DENOISING_REPORT_H_
#define LADDER_LADDER_DENOISING_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "data/dataset.h"
#include "ladder/model.h"
#include "nlohmann/json.hpp"
#include "tensor/context.h"

namespace ladder {

// Whether a model's decoder denoises: what each of its levels costs on some rows, labeled or not,
// beside what one would cost that has learned nothing.
struct DenoisingReport {
  struct Level {
    int level = 0;
    double cost = 0;  // C_l, before its weight
    // Of a decoder that hands on the noisy z~ in the units of the clean z: the mean of (z~ - z)^2,
    // both as they are after batch normalization.
    double copy_cost = 0;
    // Of one that always answers the mean. Above the input, where z is normalized, it is 1 but for
    // the epsilon of the normalization; at the input it is the variance of these rows, mean over
    // the values of an example.
    double mean_cost = 0;
  };
  int64_t num_rows = 0;
  std::vector<Level> levels;  // from the input up, those with a cost; none without a decoder
};

// As in training the statistics are those of each batch, of `batch_size` rows or more, so that none
// is small; levels are empty of fewer than 2 rows. `seed` chooses the order of the rows and the
// noise: batch i has that of step seed + i. Costs are sums over units if the config
// says so.
DenoisingReport MeasureDenoising(Context* context, const LadderModel& model, const Dataset& dataset,
                                 absl::Span<const int64_t> rows, int64_t batch_size, uint32_t seed);

// The same with the batches of a training, for the report of a run.
DenoisingReport MeasureDenoising(Context* context, const LadderModel& model, const Dataset& dataset,
                                 absl::Span<const int64_t> rows, const Training& training);

// A table: a level a line.
std::string DenoisingText(const DenoisingReport& report);

// {"examples", "levels": [{"level", "cost", "copy_cost", "mean_cost"}, ...]}
nlohmann::ordered_json DenoisingJson(const DenoisingReport& report);

}  // namespace ladder

#endif  // LADDER_LADDER_DENOISING_REPORT_H_
